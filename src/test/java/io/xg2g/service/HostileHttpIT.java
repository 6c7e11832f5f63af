package io.xg2g.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.xg2g.schedule.Patience;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Protocol-violating and abusive clients. The service continues, and its resources do not grow. */
@ExtendWith(Services.Resolver.class)
class HostileHttpIT {
    private static final int STREAMS = Integer.parseInt(Services.USUAL.get("xg2g.live.max-streams-per-client"));
    private static final int MOST = Integer.parseInt(Services.USUAL.get("xg2g.http.max-connections-per-client"));
    private static final int MAX_CONCURRENT_STREAMS = 3;
    private static final int REFUSED_STREAM = 7;

    private static RunningService service;

    @BeforeAll
    static void start(Services services) {
        service = services.shared(Services.USUAL);
        awaitNoViewer();
    }

    @AfterAll
    static void end() {
        LiveChannels.stop(service, "demo");
    }

    @Test
    void clientInputDoesNotAddMetricSeries() {
        assertNoSeriesAddedBy(1000);
    }

    @Test
    @Tag("nightly")
    void manyClientInputsDoNotAddMetricSeries() {
        assertNoSeriesAddedBy(10_000);
    }

    private static void assertNoSeriesAddedBy(int requests) {
        Random random = new Random(11);
        RequestAttacks.randomWords(port(), random, 500);
        long before = series();

        RequestAttacks.randomWords(port(), random, requests);

        assertThat(series()).isLessThanOrEqualTo(before + 5);
        assertThat(service.metric("http_server_requests_seconds_count", "method=\"OTHER\""))
                .isPositive();
    }

    private static long series() {
        return RunningService.get(service.management("/metrics"))
                .body()
                .lines()
                .filter(line -> !line.startsWith("#"))
                .count();
    }

    @Test
    void anHttp2ConnectionHasAtMostAHundredStreams() throws IOException {
        try (Http2Socket socket = new Http2Socket("127.0.11.1", port())) {
            assertThat(settings(socket).settings()).containsEntry(MAX_CONCURRENT_STREAMS, 100L);

            // The limit applies even if the settings are not acknowledged.
            List<Integer> streams = new ArrayList<>();
            for (int i = 0; i < 101; i++) {
                streams.add(socket.get("/live/demo/stream.ts"));
            }

            assertThat(refused(socket)).isEqualTo(streams.getLast());
        }
        awaitNoViewer();
    }

    @Test
    void streamsCountAsConnectionsOfTheirClient() throws Exception {
        List<AutoCloseable> open = new ArrayList<>();
        Http2Socket socket = null;
        for (int i = 0; i < 40; i++) {
            open.add(HttpSocket.open("127.0.11.2", port()));
        }
        for (int i = 0; i < 2; i++) {
            socket = new Http2Socket("127.0.11.2", port());
            open.add(socket);
            settings(socket);
            socket.acknowledge();
            for (int stream = 0; stream < 50; stream++) {
                socket.get("/live/demo/stream.ts");
            }
        }
        Awaitility.await("them all").atMost(Patience.seconds(60)).until(() -> viewers() >= 100);
        double before = service.metric("xg2g_http_streams_refused_total");

        List<Integer> more = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            more.add(socket.get("/live/demo/stream.ts"));
        }

        assertThat(refused(socket)).isEqualTo(more.get(MOST - 140));
        Awaitility.await().until(() -> service.metric("xg2g_http_streams_refused_total") == before + 10);
        for (AutoCloseable each : open) {
            each.close();
        }
        awaitNoViewer();
    }

    @Test
    void stalledReadersDoNotBlockThePage() throws IOException {
        stall(300);
    }

    @Test
    @Tag("nightly")
    void aThousandStalledReadersDoNotBlockThePage() throws IOException {
        stall(1500);
    }

    private static void stall(int readers) throws IOException {
        List<Http2Socket> sockets = new ArrayList<>();
        int each = 50;
        for (int i = 0; i < readers / each; i++) {
            Http2Socket socket = new Http2Socket("127.0.12." + (1 + i), port());
            sockets.add(socket);
            for (int stream = 0; stream < each; stream++) {
                socket.get("/live/demo/stream.ts");
            }
        }
        Awaitility.await("them all").atMost(Patience.seconds(120)).until(() -> viewers() >= readers);
        // New connections are spread over all event loops.
        for (int i = 0; i < 64; i++) {
            assertPageAnswers();
        }
        for (Http2Socket socket : sockets) {
            socket.close();
        }
        awaitNoViewer();
        assertPageAnswers();
    }

    @Test
    void continuousStreamsPerClientAreLimited() throws IOException {
        try (Http2Socket first = new Http2Socket("127.0.13.1", port());
                Http2Socket second = new Http2Socket("127.0.13.1", port());
                HttpSocket one = HttpSocket.open("127.0.13.1", port());
                HttpSocket other = HttpSocket.open("127.0.13.2", port())) {
            for (int i = 0; i < STREAMS / 2; i++) {
                first.get("/live/demo/stream.ts");
                second.get("/live/demo/stream.ts");
            }
            Awaitility.await("them all").atMost(Patience.seconds(60)).until(() -> viewers() >= STREAMS);

            HttpSocket.Answer refused = one.get("/live/demo/audio.aac");

            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.header("Retry-After")).isEqualTo("10");
            assertThat(refused.error()).contains("too-many-streams", "xg2g.live.max-streams-per-client");
            assertThat(other.get("/live/demo/master.m3u8").status()).isEqualTo(200);
        }
        awaitNoViewer();
    }

    /** Probes can have the address of a proxy or of a node through which clients come. */
    @Test
    void aClientWithAllItsConnectionsStillReachesTheManagementPort() throws IOException {
        String client = "127.0.15.1";
        List<HttpSocket> all = new ArrayList<>();
        try {
            for (int i = 0; i < MOST; i++) {
                HttpSocket socket = HttpSocket.open(client, port());
                all.add(socket);
                assertThat(socket.get("/").status()).isEqualTo(200);
            }
            double closed = service.metric("xg2g_http_connections_closed_total", "client-limit");
            try (HttpSocket refused = HttpSocket.open(client, port())) {
                assertThatThrownBy(() -> refused.get("/")).isInstanceOf(IOException.class);
            }
            assertThat(service.metric("xg2g_http_connections_closed_total", "client-limit"))
                    .isEqualTo(closed + 1);

            try (HttpSocket probe =
                    HttpSocket.open(client, service.management("/").getPort())) {
                assertThat(probe.get("/healthz").status()).isEqualTo(200);
            }
        } finally {
            for (HttpSocket socket : all) {
                socket.close();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Host: localhost\r\nHost: evil.example\r\n",
                "Host: localhost\r\nHost: localhost\r\n",
                "Host: localhost\r\nTransfer-Encoding: chunked, identity\r\n",
                "Host: localhost\r\nTransfer-Encoding: identity\r\n",
                "Host: localhost\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
                "Host: localhost\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n",
                "Host: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n",
                "Host: localhost\r\nContent-Length: 5\r\nContent-Length: 6\r\n"
            })
    void ambiguousRequestsAreRefusedAndTheirConnectionClosed(String headers) throws IOException {
        String second = "GET /api/v1/queue HTTP/1.1\r\nHost: localhost\r\n\r\n";
        String first =
                "POST /api/v1/channels HTTP/1.1\r\nContent-Type: application/json\r\n" + headers + "\r\n0\r\n\r\n";
        for (URI server : List.of(service.api("/"), service.management("/"))) {
            RawHttp.Answer answer = RawHttp.send(server, (first + second).getBytes(StandardCharsets.ISO_8859_1));

            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.text().split("HTTP/1\\.1 \\d{3}", -1))
                    .as("one answer")
                    .hasSize(2);
        }
        assertPageAnswers();
    }

    @Test
    void aChunkedBodyIsRead() throws IOException {
        RawHttp.Answer answer =
                raw("POST /api/v1/channels HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                        + "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"
                        + "GET /openapi HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        assertThat(answer.text()).contains("HTTP/1.1 400 ", "HTTP/1.1 200 ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Origin: https://evil.example\r\n",
                "Origin: null\r\n",
                "Sec-Fetch-Site: cross-site\r\n",
                "Origin: http://localhost:1\r\nSec-Fetch-Site: same-site\r\n"
            })
    void crossSiteRequestsHaveNoEffect(String headers) throws IOException {
        for (String method : List.of("POST /api/v1/channels/demo/playback", "DELETE /api/v1/streams/demo")) {
            RawHttp.Answer answer = raw(method + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n" + headers
                    + "Connection: close\r\n\r\n");
            assertThat(answer.status()).isEqualTo(403);
            assertThat(answer.text()).contains("\"forbidden\"", "quarkus.http.cors.origins");
        }
        Awaitility.await()
                .untilAsserted(() -> assertThat(service.log())
                        .contains("outcome=refused status=403 who=anonymous client=127.0.0.1 method=DELETE"
                                + " path=/api/v1/streams/demo"));
        assertThat(raw("GET /api/v1/queue HTTP/1.1\r\nHost: localhost\r\n" + headers + "Connection: close\r\n\r\n")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void aBodyWithoutATypeIsRefused() throws IOException {
        RawHttp.Answer answer = raw("POST /api/v1/channels HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}");
        assertThat(answer.status()).isEqualTo(415);
        assertThat(answer.text()).contains("unsupported-type", "Content-Type");
    }

    @Test
    void responsesCannotBeEmbeddedByOtherSites() {
        assertThat(RunningService.get(service.api("/")).headers().firstValue("Cross-Origin-Resource-Policy"))
                .contains("same-site");
    }

    @Test
    void theManagementPortAcceptsItsOwnHostNamesOnly() throws IOException {
        String rest = "\r\nConnection: close\r\n\r\n";
        for (String path : List.of("/metrics", "/readyz", "/healthz")) {
            RawHttp.Answer foreign = RawHttp.send(
                    service.management("/"),
                    ("GET " + path + " HTTP/1.1\r\nHost: evil.example" + rest).getBytes(StandardCharsets.ISO_8859_1));
            assertThat(foreign.status()).isEqualTo(403);
        }
        assertThat(RunningService.get(service.management("/readyz")).statusCode())
                .isEqualTo(200);
    }

    private static RawHttp.Answer raw(String request) throws IOException {
        return RawHttp.send(service.api("/"), request.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static void assertPageAnswers() throws IOException {
        try (HttpSocket socket = HttpSocket.open("127.0.14.1", port())) {
            assertThat(socket.get("/").status()).isEqualTo(200);
        }
    }

    private static Http2Socket.Frame settings(Http2Socket socket) throws IOException {
        Http2Socket.Frame frame = socket.read();
        while (frame.type() != Http2Socket.SETTINGS || frame.payload().length == 0) {
            frame = socket.read();
        }
        return frame;
    }

    /** The first refused stream. */
    private static int refused(Http2Socket socket) throws IOException {
        Http2Socket.Frame frame = socket.read();
        while (frame.type() != Http2Socket.RST_STREAM) {
            frame = socket.read();
        }
        assertThat(frame.error()).isEqualTo(REFUSED_STREAM);
        return frame.stream();
    }

    private static double viewers() {
        return service.metric("xg2g_live_viewers");
    }

    private static void awaitNoViewer() {
        Awaitility.await("their end").atMost(Patience.seconds(60)).until(() -> viewers() == 0);
    }

    private static int port() {
        return service.api("/").getPort();
    }
}
