package io.xg2g.forward;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.cluster.Signatures;
import io.xg2g.schedule.Patience;
import io.xg2g.schedule.TimeSource;
import io.xg2g.service.Http2Socket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Test that only gateways forward requests, and that a client can tell nothing but what it could tell its owner directly. */
class ForwardSecurityIT extends TwoGateways {
    private static final String PATH = "/live/news/master.m3u8";
    private static final String FORGED = "203.0.113.66 https";

    private final Signatures genuine = new Signatures("a", TestGateway.SECRET, TimeSource.SYSTEM);

    /** Even with the secret. */
    @Test
    void atTheApiPortForwardHeadersHaveNoMeaning() throws Exception {
        for (TestGateway gateway : List.of(a, b)) {
            HttpResponse<String> answer = send(gateway.port, PATH, genuine.header("GET", PATH, FORGED), FORGED);

            assertThat(answer.body())
                    .contains("gateway=b\n", "client=127.0.0.1\n", "remote=127.0.0.1\n", "url=http://127.0.0.1:");
        }
    }

    @Test
    void aGatewayTellsTheClient() throws Exception {
        HttpResponse<String> answer = send(b.self.port(), PATH, genuine.header("GET", PATH, FORGED), FORGED);

        assertThat(answer.body())
                .contains("client=203.0.113.66\n", "remote=203.0.113.66\n", "url=https://127.0.0.1:")
                .doesNotContainIgnoringCase("xg2g-");
    }

    @Test
    void aSignatureIsForOneRequest() throws Exception {
        String signature = genuine.header("GET", PATH, FORGED);

        assertThat(send(b.self.port(), PATH + "?token=x", signature, FORGED).statusCode())
                .isEqualTo(401);
        assertThat(send(b.self.port(), "/live/other/master.m3u8", signature, FORGED)
                        .statusCode())
                .isEqualTo(401);
        assertThat(send(b.self.port(), PATH, signature, "203.0.113.67 https").statusCode())
                .isEqualTo(401);
        assertThat(send(b.self.port(), PATH, signature.replaceFirst("a ", "b "), FORGED)
                        .statusCode())
                .isEqualTo(401);
        HttpRequest other = request(b.self.port(), PATH)
                .header(Signatures.HEADER, signature)
                .header(Signatures.FORWARDED, FORGED)
                .DELETE()
                .build();
        assertThat(client.send(other, BodyHandlers.ofString()).statusCode()).isEqualTo(401);
        assertThat(b.requests.get()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"-31, 401", "31, 401", "-20, 200", "20, 200"})
    void aSignatureExpires(int seconds, int status) throws Exception {
        Signatures clock =
                new Signatures("a", TestGateway.SECRET, () -> Instant.now().plusSeconds(seconds));

        assertThat(send(b.self.port(), PATH, clock.header("GET", PATH, FORGED), FORGED)
                        .statusCode())
                .isEqualTo(status);
    }

    /** Its clock may be wrong: players would take it for their login. */
    @Test
    void aGatewayThatRefusesAnotherOneIsUnavailableToClients() throws Exception {
        try (TestGateway stranger = new TestGateway(vertx, "c", "another secret of thirty-two characters")) {
            a.members.add(stranger.self);
            a.owns("channel:sports", stranger.self);

            HttpResponse<String> answer =
                    client.send(request(a.port, "/live/sports/master.m3u8").build(), BodyHandlers.ofString());

            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.body()).contains("cluster-unavailable");
            assertThat(stranger.requests.get()).isZero();
        }
    }

    @Test
    void withoutTheSecretNothingIsForwarded() throws Exception {
        Signatures stranger = new Signatures("a", "another secret of thirty-two characters", TimeSource.SYSTEM);

        assertThat(send(b.self.port(), PATH, stranger.header("GET", PATH, FORGED), FORGED)
                        .statusCode())
                .isEqualTo(401);
        assertThat(client.send(
                                request(b.self.port(), PATH)
                                        .header(Signatures.FORWARDED, FORGED)
                                        .build(),
                                BodyHandlers.ofString())
                        .statusCode())
                .isEqualTo(401);
        assertThat(client.send(request(b.self.port(), PATH).build(), BodyHandlers.ofString())
                        .statusCode())
                .isEqualTo(401);
        assertThat(b.requests.get()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost http", "203.0.113.66", "203.0.113.66 https, 1.2.3.4 http"})
    void malformedTellingIsRefused(String forwarded) throws Exception {
        assertThat(send(b.self.port(), PATH, genuine.header("GET", PATH, forwarded), forwarded)
                        .statusCode())
                .isEqualTo(400);
    }

    /** The proxy in front of the gateways is trusted by both; its headers arrive as they are. */
    @Test
    void headersOfATrustedProxyCountAtTheOwner() throws Exception {
        String headers = """
                Host: inner\r
                X-Forwarded-For: 198.51.100.9\r
                X-Forwarded-Proto: https\r
                X-Forwarded-Host: tv.example.org\r
                Connection: close\r
                """;

        assertThat(raw(TestGateway.TRUSTED, "GET " + PATH + " HTTP/1.1\r\n" + headers + "\r\n"))
                .contains("client=198.51.100.9\n", "url=https://tv.example.org/\n");
        assertThat(raw("127.0.0.1", "GET " + PATH + " HTTP/1.1\r\n" + headers + "\r\n"))
                .contains("client=127.0.0.1\n", "url=http://inner/\n");
    }

    @Test
    void aBodyIsNoRequest() throws Exception {
        String inside = "DELETE /api/v1/streams/news HTTP/1.1\r\nHost: x\r\n\r\n";
        String chunked = "Transfer-Encoding: chunked\r\n\r\n" + Integer.toHexString(inside.length()) + "\r\n" + inside
                + "\r\n0\r\n\r\n";
        String known = "Content-Length: " + inside.length() + "\r\n\r\n" + inside;
        for (String body : List.of(chunked, known)) {
            int before = b.requests.get();

            String answers = raw(
                    "127.0.0.1",
                    "GET " + PATH + " HTTP/1.1\r\nHost: x\r\n" + body + "GET " + PATH
                            + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

            assertThat(answers).contains("gateway=b");
            assertThat(b.requests.get() - before).as(body).isEqualTo(2);
        }
    }

    @Test
    void headersOfTheConnectionEndAtTheGateway() throws Exception {
        String answer = raw(
                "127.0.0.1",
                "GET " + PATH
                        + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nConnection: X-Hop, Xg2g-Signature\r\nX-Hop: 1\r\n"
                        + "Upgrade: websocket\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
                        + "Sec-WebSocket-Version: 13\r\nProxy-Connection: keep-alive\r\nTE: trailers\r\n\r\n");

        assertThat(answer)
                .startsWith("HTTP/1.1 200 ")
                .contains("headers=[Sec-WebSocket-Key, Sec-WebSocket-Version, host]");
    }

    /** In HTTP/1 it would begin another header, or another request. */
    @Test
    void lineBreaksInHttp2AreNotForwarded() throws Exception {
        try (Http2Socket socket = new Http2Socket("127.0.0.1", a.port)) {
            await(socket, socket.get(PATH, "x\r\nX-Injected: 1"));
            await(socket, socket.get(PATH + " HTTP/1.1\r\nX-Injected: 1\r\n\r\n", ""));
        }
        assertThat(b.requests.get()).isZero();
    }

    /** Waits for the answer, or the refusal, of a stream. */
    private static void await(Http2Socket socket, int stream) throws IOException {
        Http2Socket.Frame frame;
        do {
            frame = socket.read();
        } while (frame.type() != Http2Socket.GOAWAY
                && !(frame.stream() == stream && (frame.endsStream() || frame.type() == Http2Socket.RST_STREAM)));
    }

    private HttpResponse<String> send(int port, String path, String signature, String forwarded)
            throws IOException, InterruptedException {
        return client.send(
                request(port, path)
                        .header(Signatures.HEADER, signature)
                        .header(Signatures.FORWARDED, forwarded)
                        .build(),
                BodyHandlers.ofString());
    }

    private static HttpRequest.Builder request(int port, String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .version(HttpClient.Version.HTTP_1_1)
                .timeout(Patience.seconds(20));
    }

    /** Sends text to the API port of the gateway that is not the owner, and reads to the end of the connection. */
    private String raw(String from, String text) throws IOException {
        try (Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), a.port, InetAddress.ofLiteral(from), 0)) {
            socket.setSoTimeout((int) Patience.seconds(20).toMillis());
            socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }
}
