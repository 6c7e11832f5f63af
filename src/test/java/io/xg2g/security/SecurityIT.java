package io.xg2g.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import io.xg2g.schedule.Patience;
import io.xg2g.service.RunningService;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Identities of an OpenID Connect provider: permissions of roles, and refused tokens. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SecurityIT {
    private static final String CHANNELS = "/api/v1/channels";
    private static final String NOBODY = "nora";

    /** Users, and the roles that they have with the smaller ones. */
    private static final Map<String, Set<String>> ROLES = new TreeMap<>(Map.of(
            NOBODY,
            Set.of(),
            "vera",
            Set.of("viewer"),
            "olaf",
            Set.of("viewer", "operator"),
            "ada",
            Set.of("viewer", "operator", "admin")));

    /** Every endpoint of the API, and its role. */
    private static final Map<String, String> ENDPOINTS = new TreeMap<>(Map.ofEntries(
            Map.entry("GET /api/v1/channels", "viewer"),
            Map.entry("GET /api/v1/channels/{id}", "viewer"),
            Map.entry("POST /api/v1/channels", "operator"),
            Map.entry("DELETE /api/v1/channels/{id}", "operator"),
            Map.entry("GET /api/v1/cameras", "viewer"),
            Map.entry("GET /api/v1/cameras/{id}", "viewer"),
            Map.entry("GET /api/v1/cameras/{id}/frame.jpg", "viewer"),
            Map.entry("GET /api/v1/cameras/{id}/frames.mjpeg", "viewer"),
            Map.entry("POST /api/v1/cameras", "operator"),
            Map.entry("DELETE /api/v1/cameras/{id}", "operator"),
            Map.entry("GET /api/v1/camera-workers", "operator"),
            Map.entry("POST /api/v1/channels/{id}/playback", "viewer"),
            Map.entry("GET /channels.m3u", "viewer"),
            Map.entry("GET /live/{channel}/master.m3u8", "viewer"),
            Map.entry("GET /live/{channel}/manifest.mpd", "viewer"),
            Map.entry("GET /live/{channel}/{rendition}/media.m3u8", "viewer"),
            Map.entry("GET /live/{channel}/{rendition}/{file}", "viewer"),
            Map.entry("GET /live/{channel}/stream.ts", "viewer"),
            Map.entry("GET /live/{channel}/audio.aac", "viewer"),
            Map.entry("GET /live/{channel}/preview.jpg", "viewer"),
            Map.entry("POST /api/v1/transcodes", "operator"),
            Map.entry("GET /api/v1/transcodes", "operator"),
            Map.entry("POST /api/v1/transcodes/{id}/retry", "operator"),
            Map.entry("GET /api/v1/events", "operator"),
            Map.entry("GET /api/v1/transcodes/{id}", "operator"),
            Map.entry("DELETE /api/v1/transcodes/{id}", "operator"),
            Map.entry("GET /api/v1/transcodes/{id}/renditions/{name}", "operator"),
            Map.entry("GET /api/v1/transcodes/{id}/events", "operator"),
            Map.entry("GET /api/v1/streams", "operator"),
            Map.entry("GET /api/v1/streams/{channel}", "operator"),
            Map.entry("DELETE /api/v1/streams/{channel}", "operator"),
            Map.entry("GET /api/v1/streams/{channel}/events", "operator"),
            Map.entry("GET /api/v1/queue", "operator"),
            Map.entry("GET /api/v1/gpus", "operator"),
            Map.entry("GET /api/v1/gpus/{uuid}", "operator"),
            Map.entry("GET /api/v1/gpus/{uuid}/telemetry", "operator"),
            Map.entry("GET /api/v1/gpus/{uuid}/telemetry/events", "operator"),
            Map.entry("POST /api/v1/telemetry/replays", "operator"),
            Map.entry("GET /api/v1/telemetry/replays", "operator"),
            Map.entry("GET /api/v1/telemetry/replays/{id}", "operator"),
            Map.entry("DELETE /api/v1/telemetry/replays/{id}", "operator"),
            Map.entry("GET /api/v1/list-tokens", "viewer"),
            Map.entry("POST /api/v1/list-tokens", "viewer"),
            Map.entry("DELETE /api/v1/list-tokens/{id}", "viewer"),
            Map.entry("GET /api/v1/receivers", "admin")));

    @TempDir
    static Path directory;

    private IdentityProvider provider;
    private RunningService service;

    IdentityProvider startProvider() {
        return LocalProvider.start();
    }

    @BeforeAll
    void start() throws IOException {
        provider = startProvider();
        service = RunningService.start(
                Files.createDirectory(directory.resolve("work")),
                Map.of(
                        "xg2g.live.channels-file",
                        directory.resolve("channels.json").toString(),
                        "xg2g.security.oidc.issuer",
                        provider.issuer("xg2g"),
                        "xg2g.security.oidc.audience",
                        "xg2g",
                        "xg2g.security.oidc.roles-claim",
                        "realm_access/roles",
                        "quarkus.oidc.token.forced-jwk-refresh-interval",
                        "1S"));
    }

    @AfterAll
    void end() throws IOException {
        if (service != null) {
            Files.writeString(Path.of("target", "security.log"), service.log());
            service.close();
        }
        if (provider != null) {
            provider.close();
        }
    }

    @TestFactory
    Stream<DynamicTest> everyEndpointRequiresItsRole() {
        Map<String, String> tokens = new TreeMap<>();
        ROLES.keySet().forEach(user -> tokens.put(user, provider.token("xg2g", "player", user)));
        return ENDPOINTS.entrySet().stream()
                .map(endpoint -> DynamicTest.dynamicTest(endpoint.getKey() + " takes " + endpoint.getValue(), () -> {
                    assertRefused(request(endpoint.getKey(), null), 401, "unauthenticated");
                    tokens.forEach((user, token) -> {
                        if (ROLES.get(user).contains(endpoint.getValue())) {
                            assertThat(request(endpoint.getKey(), token).statusCode())
                                    .as(user)
                                    .isNotIn(401, 403)
                                    .isLessThan(500);
                        } else {
                            assertRefused(request(endpoint.getKey(), token), 403, "forbidden");
                        }
                    });
                }));
    }

    @Test
    void theTableHasEveryEndpointOfTheApi() {
        JsonObject paths = new JsonObject(
                        RunningService.get(service.api("/openapi?format=json")).body())
                .getJsonObject("paths");
        Set<String> described = new TreeSet<>();
        for (String path : paths.fieldNames()) {
            paths.getJsonObject(path).fieldNames().stream()
                    .filter(method -> !method.equals("parameters"))
                    .forEach(method -> described.add(method.toUpperCase(Locale.ROOT) + " " + path));
        }

        assertThat(ENDPOINTS.keySet())
                .as("who may use an endpoint is told here, and by @RolesAllowed there")
                .isEqualTo(described);
    }

    @Test
    void liveIsOpenToPagesOfEveryOriginBecauseEachRequestNeedsAToken() {
        HttpResponse<String> preflight = RunningService.send(
                HttpRequest.newBuilder(service.api("/live/demo/720p/1.m4s"))
                        .method("OPTIONS", BodyPublishers.noBody())
                        .header("Origin", "https://player.example.org")
                        .header("Access-Control-Request-Method", "GET")
                        .build(),
                BodyHandlers.ofString());

        assertThat(preflight.statusCode()).isEqualTo(204);
        assertThat(preflight.headers().firstValue("Access-Control-Allow-Methods"))
                .contains("GET, HEAD, OPTIONS");
        for (HttpResponse<String> answer :
                List.of(preflight, RunningService.get(service.api("/live/demo/master.m3u8")))) {
            assertThat(answer.headers().firstValue("Access-Control-Allow-Origin"))
                    .contains("*");
            assertThat(answer.headers().firstValue("Cross-Origin-Resource-Policy"))
                    .contains("cross-origin");
        }
        HttpResponse<String> other = RunningService.get(service.api("/api/v1/channels"));
        assertThat(other.headers().firstValue("Access-Control-Allow-Origin")).isEmpty();
        assertThat(other.headers().firstValue("Cross-Origin-Resource-Policy")).contains("same-site");
    }

    @Test
    @Tag("smoke")
    void onlyThePageAndTheApiDescriptionNeedNoRole() {
        for (String path : List.of("/", "/index.html", "/watch.js", "/watch.css", "/js/hls.min.js", "/openapi")) {
            HttpResponse<String> answer = RunningService.get(service.api(path));
            assertThat(answer.statusCode()).as(path).isEqualTo(200);
            assertThat(answer.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
            assertThat(answer.headers().firstValue("Referrer-Policy")).contains("no-referrer");
            assertThat(answer.headers().firstValue("Content-Security-Policy").orElse(""))
                    .contains("default-src 'self'", "frame-ancestors 'none'");
        }
        for (String path : List.of(
                "/nothing",
                "/api",
                "/q/health",
                "/live/demo/",
                "//api/v1/channels",
                "/api/v1/channels/",
                "/api/v1/channels;a=b",
                "/watch.js/../api/v1/channels",
                "/%61pi/v1/channels",
                "/index.html;/../api/v1/channels",
                "/live/demo/720p/0.m4s?token=")) {
            assertThat(RunningService.get(service.api(path)).statusCode())
                    .as(path)
                    .isEqualTo(401);
        }
    }

    @TestFactory
    Stream<DynamicTest> invalidTokensHaveNoIdentity() {
        String good = provider.token("xg2g", "player", "vera");
        ForgedTokens forged = new ForgedTokens(good);
        Map<String, String> bad = Map.ofEntries(
                Map.entry("for another audience", provider.token("xg2g", "stranger", "vera")),
                Map.entry("of another issuer", provider.token("elsewhere", "player", "vera")),
                Map.entry("with another role", forged.withRoleAdmin()),
                Map.entry("with another signature", forged.withSignatureChanged()),
                Map.entry("without a signature", forged.withoutSignature()),
                Map.entry("with alg=none", forged.unsigned()),
                Map.entry("of another key with the provider's id", forged.signedByAnotherKey(true)),
                Map.entry("of another key with its own id", forged.signedByAnotherKey(false)),
                Map.entry("signed with the public key", forged.signedWithThePublicKey(provider.publicKey())),
                Map.entry("cut off", good.substring(0, good.length() / 2)),
                Map.entry("of no form", "nonsense"),
                Map.entry("like an API token", "xg2g_" + "0".repeat(32)));
        assertThat(get(good).statusCode()).isEqualTo(200);
        return bad.entrySet().stream()
                .map(token -> DynamicTest.dynamicTest(
                        token.getKey(), () -> assertRefused(get(token.getValue()), 401, "unauthenticated")));
    }

    /** A client of Keycloak without an audience mapper. */
    @Test
    void theReasonOfARefusalIsLoggedWithoutTheToken() {
        String plain = provider.token("xg2g", "stranger", "vera");

        assertRefused(get(plain), 401, "unauthenticated");

        Awaitility.await()
                .untilAsserted(() -> assertThat(service.log())
                        .containsPattern("bearer token refused: claim=aud value=\\S+ expected=xg2g"));
        assertThat(service.log()).doesNotContain(plain);
    }

    @Test
    void aTokenExpires() {
        String hasty = provider.token("xg2g", "hasty", "vera");

        Awaitility.await().atMost(Patience.seconds(30)).until(() -> get(hasty).statusCode() == 401);
        assertRefused(get(hasty), 401, "unauthenticated");
    }

    @Test
    void aRemovedKeyIsNotAccepted() {
        String old = provider.token("xg2g", "player", "vera");
        assertThat(get(old).statusCode()).isEqualTo(200);

        // When
        provider.rotateKeys();
        String fresh = provider.token("xg2g", "player", "vera");

        // Then
        Awaitility.await("the new key")
                .atMost(Patience.seconds(30))
                .until(() -> get(fresh).statusCode() == 200);
        assertRefused(get(old), 401, "unauthenticated");
    }

    @Test
    void aRefusedBodyIsNotRead() {
        HttpRequest.Builder upload = HttpRequest.newBuilder(service.api("/api/v1/transcodes?profile=720p"))
                .header("Content-Type", "video/mp2t")
                .POST(BodyPublishers.ofByteArray(new byte[1000]));

        HttpResponse<String> anonymous = RunningService.send(upload.build(), BodyHandlers.ofString());
        assertRefused(anonymous, 401, "unauthenticated");
        assertThat(anonymous.headers().firstValue("Connection")).contains("close");

        upload.header("Authorization", "Bearer " + provider.token("xg2g", "player", "vera"));
        HttpResponse<String> viewer = RunningService.send(upload.build(), BodyHandlers.ofString());
        assertRefused(viewer, 403, "forbidden");
        assertThat(viewer.headers().firstValue("Connection")).contains("close");
    }

    @Test
    void theAuditLogHasIdentityAndActionAndNoLogHasAToken() {
        List<String> tokens = new ArrayList<>();
        for (String user : List.of("vera", "olaf")) {
            String token = provider.token("xg2g", "player", user);
            tokens.add(token);
            request("DELETE /api/v1/streams/{channel}", token);
        }
        request("DELETE /api/v1/streams/{channel}", null);
        request("GET /live/{channel}/{rendition}/{file}", null);

        Awaitility.await()
                .untilAsserted(() -> assertThat(service.log())
                        .contains("outcome=refused status=403 who=user:vera client=127.0.0.1 method=DELETE"
                                + " path=/api/v1/streams/nothing stream=nothing playback=-")
                        .contains("outcome=allowed status=404 who=user:olaf client=127.0.0.1 method=DELETE"
                                + " path=/api/v1/streams/nothing stream=nothing playback=-")
                        .contains("outcome=refused status=401 who=anonymous client=127.0.0.1 method=DELETE"
                                + " path=/api/v1/streams/nothing stream=nothing playback=-")
                        .contains("outcome=refused status=401 who=anonymous client=127.0.0.1 method=GET"
                                + " path=/live/nothing/nothing/1.m4s stream=nothing playback=-"));
        tokens.forEach(token -> assertThat(service.log()).doesNotContain(token.split("\\.")[2]));
    }

    private HttpResponse<String> get(String token) {
        return request("GET " + CHANNELS, token);
    }

    /** Refers to a missing channel and transcode: permitted requests are 404. */
    private HttpResponse<String> request(String endpoint, String token) {
        String[] parts = endpoint.split(" ");
        String path = parts[1].replace("{file}", "1.m4s").replaceAll("\\{[^}]*}", "nothing");
        HttpRequest.Builder request =
                HttpRequest.newBuilder(service.api(path)).method(parts[0], BodyPublishers.noBody());
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        return RunningService.send(request.build(), BodyHandlers.ofString());
    }

    static void assertRefused(HttpResponse<String> answer, int status, String code) {
        assertThat(answer.statusCode())
                .as(answer.request() + ": " + answer.body())
                .isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
        assertThat(new JsonObject(answer.body()).getString("code")).isEqualTo(code);
        if (status == 401) {
            assertThat(answer.headers().allValues("WWW-Authenticate"))
                    .first()
                    .asString()
                    .startsWith("Bearer");
        }
    }
}
