package io.xg2g.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.xg2g.http.FreePort;
import io.xg2g.schedule.Patience;
import io.xg2g.service.RunningService;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Outages of the issuer: at the start of the service, error responses, recovery, and another outage. */
class ProviderOutageIT {
    private static final String CHANNELS = "/api/v1/channels";
    private static final String API_TOKEN = "xg2g_" + "0123456789abcdef".repeat(3);

    /** Longer than the timeouts of the service for its provider, on slow machines. */
    private static final Duration PATIENCE = Patience.seconds(60);

    @TempDir
    Path directory;

    @Test
    void bearerTokensGet503DuringAnOutageAndOtherTokensAreAccepted() throws Exception {
        int port = FreePort.any();
        try (RunningService service = RunningService.start(directory.resolve("work"), configuration(port))) {
            // Down
            assertUnavailable(all(service, "a.b.c"));
            assertOthersAreAccepted(service);

            try (FakeIssuer issuer = new FakeIssuer(port, FakeIssuer.Mode.ERROR)) {
                for (FakeIssuer.Mode mode :
                        List.of(FakeIssuer.Mode.ERROR, FakeIssuer.Mode.GARBAGE, FakeIssuer.Mode.SILENT)) {
                    issuer.answers(mode);
                    assertUnavailable(all(service, issuer.token("known")));
                }
                assertOthersAreAccepted(service);

                // Available
                issuer.answers(FakeIssuer.Mode.WELL);
                Awaitility.await()
                        .atMost(PATIENCE)
                        .until(() ->
                                get(service, CHANNELS, issuer.token("known")).statusCode() == 200);
                assertThat(get(service, CHANNELS, "a.b.c").statusCode()).isEqualTo(401);
                assertRefusalsAreExplained(service, issuer);

                // Error responses again: known keys stay valid, others cannot be checked
                issuer.answers(FakeIssuer.Mode.ERROR);
                assertThat(get(service, CHANNELS, issuer.token("known")).statusCode())
                        .isEqualTo(200);
                assertUnavailable(List.of(get(service, CHANNELS, issuer.token("unknown"))));
            }
            assertThat(service.log())
                    .doesNotContain("request failed", "HTTP Request to")
                    .doesNotContainPattern("\\n\\s+at |stackTrace");
            assertThat(service.log().lines().filter(line -> line.contains("dentity provider") || line.contains("OIDC")))
                    .as("a line a minute, not one for each of 41 requests")
                    .hasSizeBetween(1, 10);
        }
    }

    /** A line of the log can be read a moment after the response. */
    private static void awaitLogged(RunningService service, String line) {
        Awaitility.await(line)
                .atMost(Patience.seconds(60))
                .until(() -> service.log().contains(line));
    }

    /** In the log, not in the response. */
    private static void assertRefusalsAreExplained(RunningService service, FakeIssuer issuer) {
        JsonObject known = new JsonObject().put("kid", "known");
        long past = Instant.now().minusSeconds(600).getEpochSecond();
        long future = Instant.now().plusSeconds(600).getEpochSecond();
        Map<JsonObject, String> refused = Map.of(
                new JsonObject().put("aud", "account"),
                "claim=aud value=account expected=xg2g",
                new JsonObject().put("iss", "http://elsewhere"),
                "claim=iss value=http://elsewhere expected=http",
                new JsonObject().put("iat", past - 60).put("exp", past),
                "claim=exp value=",
                new JsonObject().put("nbf", future),
                "claim=nbf value=",
                new JsonObject().put("cnf", new JsonObject().put("jkt", "x")),
                "claim=cnf value=present",
                new JsonObject().put("typ", "ID"),
                "claim=typ value=ID expected=Bearer");
        refused.forEach((claims, line) -> {
            String token = issuer.token(known, claims);
            HttpResponse<String> answer = get(service, CHANNELS, token);
            assertThat(answer.statusCode()).isEqualTo(401);
            assertThat(answer.body()).doesNotContain("account", "elsewhere");
            awaitLogged(service, line);
            assertThat(service.log()).doesNotContain(token);
        });
        assertThat(get(service, CHANNELS, issuer.token("strange")).statusCode()).isEqualTo(401);
        awaitLogged(service, "claim=kid value=strange");
        assertThat(get(
                                service,
                                CHANNELS,
                                issuer.token(known, new JsonObject().put("groups", new JsonArray().add("staff"))))
                        .statusCode())
                .isEqualTo(403);
        awaitLogged(service, "value=staff expected=\"viewer, operator or admin\"");

        assertThat(get(service, CHANNELS, issuer.token(new JsonObject(), new JsonObject()))
                        .statusCode())
                .as("a token without kid, and one key that can be meant")
                .isEqualTo(200);
    }

    private Map<String, String> configuration(int port) throws Exception {
        return Map.of(
                "xg2g.security.oidc.issuer",
                FakeIssuer.url(port),
                "xg2g.security.oidc.audience",
                "xg2g",
                "xg2g.security.tokens.tv.sha256",
                HexFormat.of()
                        .formatHex(MessageDigest.getInstance("SHA-256")
                                .digest(API_TOKEN.getBytes(StandardCharsets.US_ASCII))),
                "xg2g.security.tokens.tv.role",
                "operator",
                "xg2g.live.demo",
                "true",
                "quarkus.oidc.token.forced-jwk-refresh-interval",
                "0S");
    }

    /** Ten at once. */
    private static List<HttpResponse<String>> all(RunningService service, String token) {
        List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
        for (int n = 0; n < 10; n++) {
            answers.add(
                    RunningService.sendAsync(request(service, CHANNELS, token).build(), BodyHandlers.ofString()));
        }
        return answers.stream().map(CompletableFuture::join).toList();
    }

    private static void assertUnavailable(List<HttpResponse<String>> answers) {
        assertThat(answers).allSatisfy(answer -> {
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
            assertThat(answer.headers().firstValue("Retry-After")).hasValue("10");
            assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
            assertThat(new JsonObject(answer.body()).getString("code")).isEqualTo("identity-provider-unavailable");
        });
    }

    private static void assertOthersAreAccepted(RunningService service) {
        assertThat(get(service, CHANNELS, API_TOKEN).statusCode()).isEqualTo(200);
        assertThat(get(service, CHANNELS, API_TOKEN + "0").statusCode()).isEqualTo(401);
        assertThat(get(service, CHANNELS, null).statusCode()).isEqualTo(401);
        HttpResponse<String> begun = RunningService.send(
                request(service, CHANNELS + "/demo/playback", API_TOKEN)
                        .POST(BodyPublishers.noBody())
                        .build(),
                BodyHandlers.ofString());
        String playlist = new JsonObject(begun.body()).getString("hls");
        Awaitility.await()
                .atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(get(service, playlist, null).statusCode()).isEqualTo(200));
    }

    private static HttpResponse<String> get(RunningService service, String path, @Nullable String token) {
        return RunningService.send(request(service, path, token).build(), BodyHandlers.ofString());
    }

    private static HttpRequest.Builder request(RunningService service, String path, @Nullable String token) {
        HttpRequest.Builder request = HttpRequest.newBuilder(service.api(path)).timeout(PATIENCE);
        return token == null ? request : request.header("Authorization", "Bearer " + token);
    }
}
