package io.xg2g.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import io.xg2g.ffmpeg.TestMedia;
import io.xg2g.schedule.Patience;
import io.xg2g.service.RunningService;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * SIGTERM under load, as in an upgrade: readiness fails first, running work is completed, waiting work is rejected with
 * Retry-After, no response is truncated, and the exit code is 0; without identities, with API tokens and with a provider.
 */
@Tag("alone")
class DrainIT {
    private static final String TOKEN = "xg2g_drain";
    private static final int CLIENTS = 6;
    private static final int LARGE_UPLOADS = 20;

    /** More than the buffers of a connection, in bytes. */
    private static final int LARGE = 32 << 20;

    private static final Duration PATIENCE = Patience.seconds(180);
    private static final Executor THREADS = task -> Thread.ofVirtual().start(task);

    @TempDir
    Path directory;

    /** Statuses of all responses, and failures. */
    private final Queue<String> outcomes = new ConcurrentLinkedQueue<>();

    private final AtomicBoolean takenOut = new AtomicBoolean();

    @Test
    @Tag("nightly")
    void withoutIdentitiesNoResponseIsTruncated() throws Exception {
        assertNoResponseIsTruncated(Map.of(), HttpRequest::newBuilder);
    }

    @Test
    void withAnApiTokenNoResponseIsTruncated() throws Exception {
        String hash = HexFormat.of()
                .formatHex(java.security.MessageDigest.getInstance("SHA-256")
                        .digest(TOKEN.getBytes(StandardCharsets.UTF_8)));
        assertNoResponseIsTruncated(
                Map.of("xg2g.security.tokens.cron.sha256", hash, "xg2g.security.tokens.cron.role", "operator"),
                () -> bearer(TOKEN));
    }

    @Test
    @Tag("nightly")
    void withOpenIdConnectNoResponseIsTruncated() throws Exception {
        try (Keycloak keycloak = Keycloak.start()) {
            Map<String, String> provider = Map.of(
                    "xg2g.security.oidc.issuer", keycloak.issuer("xg2g"),
                    "xg2g.security.oidc.audience", "xg2g",
                    "xg2g.security.oidc.roles-claim", "realm_access/roles");
            String token = keycloak.token("xg2g", "player", "olaf");
            assertNoResponseIsTruncated(provider, () -> bearer(token));
        }
    }

    private static HttpRequest.Builder bearer(String token) {
        return HttpRequest.newBuilder().header("Authorization", "Bearer " + token);
    }

    private void assertNoResponseIsTruncated(Map<String, String> identities, Supplier<HttpRequest.Builder> request)
            throws Exception {
        Map<String, String> configuration = new HashMap<>(identities);
        // One thread per encoder: the long clip has to run until every client has disconnected.
        configuration.putAll(Map.of("xg2g.shutdown-grace", "10m", "xg2g.ffmpeg.threads", "1"));
        // Closed in this order: the program, which ends the responses, and then the clients.
        try (HttpClient http = HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .executor(THREADS)
                        .build();
                AutoCloseable _ = () -> takenOut.set(true);
                RunningService service = RunningService.start(directory.resolve("work"), configuration)) {
            // Given a long running clip, and closed-loop clients
            CompletableFuture<HttpResponse<byte[]>> running =
                    http.sendAsync(clip(service, request, "480p", TestMedia.lengthy()), BodyHandlers.ofByteArray());
            Awaitility.await("the long clip runs")
                    .atMost(PATIENCE)
                    .until(() -> service.encoders().size() == 1);
            AtomicInteger answered = new AtomicInteger();
            List<CompletableFuture<Void>> clients = IntStream.range(0, CLIENTS)
                    .mapToObj(i -> CompletableFuture.runAsync(
                            () -> ask(
                                    http,
                                    i % 2 == 0
                                            ? clip(service, request, "preview", TestMedia.progressive())
                                            : status(service, request),
                                    answered),
                            THREADS))
                    .toList();
            Awaitility.await("every client has had an answer").atMost(PATIENCE).until(() -> answered.get() == CLIENTS);
            assertThat(running).as("the long clip").isNotDone();

            // When
            service.terminate();
            Awaitility.await("readiness says no")
                    .atMost(PATIENCE)
                    .until(() ->
                            RunningService.get(service.management("/readyz")).statusCode() == 503);
            takenOut.set(true);
            clients.forEach(CompletableFuture::join);
            // And clients whose request is refused while they still send it
            for (int i = 0; i < LARGE_UPLOADS; i++) {
                outcomes.add(
                        outcome(http, upload(service, request, "480p", BodyPublishers.ofByteArray(new byte[LARGE]))));
            }

            // Then
            HttpResponse<byte[]> finished = running.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            assertThat(finished.statusCode()).as("the work that ran").isEqualTo(200);
            assertThat(finished.body()).hasSizeGreaterThan(188);
            // A loaded machine may time out a preview (504), which is a response too.
            assertThat(outcomes).contains("200").isSubsetOf("200", "503 shutting-down", "504", "nobody listens");
            assertThat(service.process().waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .as("ended")
                    .isTrue();
            assertThat(service.process().exitValue()).as("exit code").isZero();
            Awaitility.await("the whole log").until(() -> service.log().contains("xg2g-gpu stopped in"));
            assertThat(service.log()).doesNotContain(" ERROR ", "Exception", "\tat ");
        }
    }

    /** Sends requests until the readiness of the service fails. */
    private void ask(HttpClient http, HttpRequest request, AtomicInteger answered) {
        boolean first = true;
        while (!takenOut.get()) {
            outcomes.add(outcome(http, request));
            if (first) {
                answered.incrementAndGet();
                first = false;
            }
        }
    }

    private static String outcome(HttpClient http, HttpRequest request) {
        try {
            HttpResponse<byte[]> answer = http.send(request, BodyHandlers.ofByteArray());
            return answer.statusCode() == 503
                    ? "503 " + new JsonObject(new String(answer.body(), StandardCharsets.UTF_8)).getString("code")
                    : String.valueOf(answer.statusCode());
        } catch (ConnectException nobody) {
            return "nobody listens";
        } catch (IOException cut) {
            return "cut: " + cut;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static HttpRequest status(RunningService service, Supplier<HttpRequest.Builder> request) {
        return request.get().uri(service.api("/api/v1/queue")).build();
    }

    private static HttpRequest clip(
            RunningService service, Supplier<HttpRequest.Builder> request, String profile, Path file) {
        try {
            return upload(service, request, profile, BodyPublishers.ofFile(file));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static HttpRequest upload(
            RunningService service, Supplier<HttpRequest.Builder> request, String profile, BodyPublisher body) {
        return request.get()
                .uri(service.api("/api/v1/transcodes?profile=" + profile))
                .header("Content-Type", "video/mp2t")
                .POST(body)
                .build();
    }
}
