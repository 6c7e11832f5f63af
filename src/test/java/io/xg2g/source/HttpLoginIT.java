package io.xg2g.source;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import io.vertx.core.Vertx;
import io.xg2g.schedule.Patience;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Logins of the client at HTTP servers that want Digest authentication. */
@Timeout(300)
class HttpLoginIT {
    private static final Duration TIMEOUT = Patience.seconds(30);
    private static final String WRONG = "admin:wrong@";

    private static Vertx vertx;
    private static SourceClient client;

    @BeforeAll
    static void start() {
        vertx = Vertx.vertx();
        client = new SourceClient(vertx);
    }

    @AfterAll
    static void stop() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @ParameterizedTest
    @CsvSource({"'', false", "MD5, false", "MD5, true", "SHA-256, true", "SHA-256, false"})
    void digestIsAnsweredAndRemembered(String algorithm, boolean protection) throws Exception {
        try (DigestServer server = server(algorithm, protection)) {
            for (int n = 0; n < 3; n++) {
                assertThat(text(server.url(DigestServer.USER, "/video.mjpg?n=" + n)))
                        .isEqualTo("hello");
            }

            // One request without credentials, then three with them; Basic is never tried.
            assertThat(server.requests).hasValue(4);
            assertThat(server.refused).isEmpty();
        }
    }

    /** As playlists name segments, and as redirects lead to them. */
    @Test
    void theCredentialsOfTheSourceAreThoseOfAllUrlsOfItsHost() throws Exception {
        try (DigestServer server = server("MD5", true)) {
            URI source = server.url(DigestServer.USER, "/live.m3u8");
            URI segment = URI.create("http://127.0.0.1:" + source.getPort() + "/1.ts");
            HostResolver names = _ -> List.of(InetAddress.ofLiteral("127.0.0.1"));
            FetchScope scope =
                    new FetchScope(new AllowList(List.of("127.0.0.0/8")), names, source, false, SourceHeaders.NONE);

            try (InputStream body =
                    client.get(scope, segment, Map.of(), TIMEOUT).body()) {
                assertThat(new String(body.readAllBytes())).isEqualTo("hello");
            }
            assertThat(scope.credentials(URI.create("http://127.0.0.2/1.ts"))).isEmpty();
        }
    }

    @Test
    void aWrongPasswordIsSentOnceForEachRequest() throws Exception {
        try (DigestServer server = server("SHA-256", true)) {
            assertThat(status(server.url(WRONG, "/"))).isEqualTo(401);
            assertThat(server.refused).hasSize(1);
            assertThat(server.requests).hasValue(2);

            assertThat(text(server.url(DigestServer.USER, "/"))).isEqualTo("hello");
            assertThat(server.refused).hasSize(1);
        }
    }

    @Test
    void aStaleNonceIsReplaced() throws Exception {
        try (DigestServer server = server("MD5", true)) {
            server.expireAfter(2);
            for (int n = 0; n < 5; n++) {
                assertThat(text(server.url(DigestServer.USER, "/"))).isEqualTo("hello");
            }
            assertThat(server.refused).isEmpty();
            assertThat(server.requests)
                    .as("five, and one challenge for every two")
                    .hasValue(8);

            server.expireAfter(0);
            assertThat(status(server.url(DigestServer.USER, "/")))
                    .as("always stale")
                    .isEqualTo(401);
            assertThat(server.requests).hasValue(11);
        }
    }

    @Test
    void aPostIsRepeatedAfterTheChallenge() throws Exception {
        try (DigestServer server = server("MD5", true)) {
            URI url = server.url(DigestServer.USER, "/");
            for (int n = 0; n < 2; n++) {
                try (InputStream body = client.post(reach(), url, Map.of(), "body".getBytes(), TIMEOUT)
                        .body()) {
                    assertThat(new String(body.readAllBytes())).isEqualTo("hello body");
                }
            }
            assertThat(server.refused).as("Basic, before there is a challenge").hasSize(1);
        }
    }

    private static DigestServer server(String algorithm, boolean protection) {
        return new DigestServer(algorithm, protection, HttpLoginIT::greet);
    }

    private static void greet(HttpExchange exchange) throws IOException {
        String sent = new String(exchange.getRequestBody().readAllBytes());
        exchange.sendResponseHeaders(200, 0);
        exchange.getResponseBody().write(("hello " + sent).strip().getBytes());
    }

    private static String text(URI uri) throws Exception {
        try (InputStream body = client.get(reach(), uri, Map.of(), TIMEOUT).body()) {
            return new String(body.readAllBytes());
        }
    }

    private static int status(URI uri) throws Exception {
        SourceResponse answer = client.get(reach(), uri, Map.of(), TIMEOUT);
        answer.body().close();
        return answer.status();
    }

    private static FetchScope reach() {
        HostResolver names = _ -> List.of(InetAddress.ofLiteral("127.0.0.1"));
        return new FetchScope(
                new AllowList(List.of("127.0.0.0/8")), names, URI.create("http://a/"), false, SourceHeaders.NONE);
    }
}
