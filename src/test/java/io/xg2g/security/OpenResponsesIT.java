package io.xg2g.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.xg2g.http.FreePort;
import io.xg2g.schedule.Patience;
import io.xg2g.service.RunningService;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Streaming responses of users of a provider whose token ends meanwhile. */
class OpenResponsesIT {
    private static final Duration PATIENCE = Patience.seconds(60);

    /** Enough for a slow machine to open all of them. */
    private static final Duration LIFE = Patience.seconds(10);

    /** More than the other tests have. */
    private static final int MAX_CONNECTIONS = 64;

    @TempDir
    static Path directory;

    /** Source that accepts connections and never responds. */
    private static ServerSocket silent;

    private static FakeIssuer issuer;
    private static RunningService service;
    private static List<CompletableFuture<HttpResponse<String>>> waiting;

    @BeforeAll
    static void start() throws IOException {
        int port = FreePort.any();
        silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        issuer = new FakeIssuer(port, FakeIssuer.Mode.WELL);
        service = RunningService.start(
                Files.createDirectory(directory.resolve("work")),
                Map.of(
                        "xg2g.security.oidc.issuer",
                        FakeIssuer.url(port),
                        "xg2g.security.oidc.audience",
                        "xg2g",
                        "xg2g.live.demo",
                        "true",
                        "xg2g.live.channels.silent.url",
                        "http://127.0.0.1:" + silent.getLocalPort() + "/",
                        "xg2g.live.start-timeout",
                        "1m",
                        "quarkus.oidc.token.forced-jwk-refresh-interval",
                        "0S",
                        "xg2g.http.max-connections-per-client",
                        Integer.toString(MAX_CONNECTIONS)));
        String token = token(Duration.ofHours(1));
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> request("/live/demo/stream.ts?mode=gpu", token, BodyHandlers.ofInputStream())
                                .statusCode()
                        == 200);
        // Its token expires while the other test waits.
        String ends = token(LIFE);
        waiting = Stream.of("master.m3u8", "stream.ts", "stream.ts?mode=gpu")
                .map(file -> RunningService.sendAsync(get("/live/silent/" + file, ends), BodyHandlers.ofString()))
                .toList();
    }

    @AfterAll
    static void end() throws IOException {
        if (service != null) {
            Files.writeString(Path.of("target", "open-responses.log"), service.log());
            service.close();
        }
        issuer.close();
        silent.close();
    }

    @Test
    void openResponsesEndCleanlyWithTheirTokenOrItsKey() throws Exception {
        Map<String, CompletableFuture<Void>> lasting = open(token(Duration.ofHours(1)));
        assertEndCleanly(open(token(LIFE)));
        assertThat(lasting.values()).as("of another token").noneMatch(CompletableFuture::isDone);

        // When
        issuer.replaceKey("next");
        String next = token(Duration.ofHours(1));
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> request("/api/v1/channels", next, BodyHandlers.discarding())
                                .statusCode()
                        == 200);

        // Then
        assertEndCleanly(lasting);
        Awaitility.await()
                .untilAsserted(() -> assertThat(service.log())
                        .contains("outcome=ended reason=credential-not-valid who=user:vera client=127.0.0.1 method=GET"
                                + " path=/live/demo/stream.ts stream=demo")
                        .contains("path=/api/v1/streams/demo/events stream=demo"));
        assertThat(service.log()).doesNotContain(" ERROR ", " WARN  [io.quarkus");
    }

    @Test
    void responsesThatHaveNotStartedAreRefused() {
        waiting.forEach(answer -> SecurityIT.assertRefused(answer.join(), 401, "unauthenticated"));
    }

    /** Futures that complete with the end of a response, and fail if it is aborted. */
    private static Map<String, CompletableFuture<Void>> open(String token) {
        Map<String, CompletableFuture<Void>> open = new TreeMap<>();
        for (String path : new String[] {
            "/live/demo/stream.ts",
            "/live/demo/stream.ts?mode=audio_proxy",
            "/live/demo/stream.ts?mode=gpu",
            "/live/demo/audio.aac",
            "/api/v1/streams/demo/events",
            "/api/v1/events"
        }) {
            HttpResponse<InputStream> answer = request(path, token, BodyHandlers.ofInputStream());
            assertThat(answer.statusCode()).as(path).isEqualTo(200);
            open.put(path, CompletableFuture.runAsync(() -> read(answer.body()), Thread::startVirtualThread));
        }
        return open;
    }

    private static void read(InputStream body) {
        try (body) {
            body.transferTo(OutputStream.nullOutputStream());
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    private static void assertEndCleanly(Map<String, CompletableFuture<Void>> open)
            throws InterruptedException, ExecutionException, TimeoutException {
        for (CompletableFuture<Void> response : open.values()) {
            response.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
    }

    /** Netty decides about its extensions with the first connection, which is the one to the provider. */
    @Test
    void connectionsAreWatchedWithAProvider() throws IOException {
        List<SocketChannel> connections = new ArrayList<>();
        try {
            for (int i = 0; i <= MAX_CONNECTIONS; i++) {
                SocketChannel connection = SocketChannel.open();
                connections.add(connection);
                connection.bind(new InetSocketAddress("127.0.0.2", 0));
                connection.connect(
                        new InetSocketAddress("127.0.0.1", service.api("").getPort()));
                connection.configureBlocking(false);
            }
            // They are not accepted in their order. Sooner than an idle connection is closed.
            Awaitility.await()
                    .atMost(Patience.seconds(10))
                    .until(() -> connections.stream().anyMatch(OpenResponsesIT::isClosed));
        } finally {
            for (SocketChannel connection : connections) {
                connection.close();
            }
        }
    }

    private static boolean isClosed(SocketChannel connection) {
        try {
            return connection.read(ByteBuffer.allocate(1)) < 0;
        } catch (IOException reset) {
            return true;
        }
    }

    private static String token(Duration life) {
        return issuer.token(
                new JsonObject().put("kid", issuer.keyId()),
                new JsonObject()
                        .put("groups", new JsonArray().add("operator"))
                        .put("exp", Instant.now().plus(life).getEpochSecond()));
    }

    private static <T> HttpResponse<T> request(String path, String token, HttpResponse.BodyHandler<T> body) {
        return RunningService.send(get(path, token), body);
    }

    private static HttpRequest get(String path, String token) {
        return HttpRequest.newBuilder(service.api(path))
                .header("Authorization", "Bearer " + token)
                .header("Accept", path.endsWith("/events") ? "text/event-stream" : "*/*")
                .build();
    }
}
