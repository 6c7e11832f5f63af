package io.xg2g.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.schedule.Patience;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Slow clients that hold connections as long as possible, with a viewer at the same time. */
class SlowClientsIT {
    private static final int MOST = 120;

    @TempDir
    static Path directory;

    private static RunningService service;
    private static HlsViewer viewer;

    private final List<HttpSocket> sockets = new ArrayList<>();

    @BeforeAll
    static void start() {
        service = RunningService.start(
                directory.resolve("work"),
                Map.of(
                        "xg2g.http.max-connections-per-client",
                        Integer.toString(MOST),
                        "xg2g.http.idle-timeout",
                        Patience.setting(4),
                        "xg2g.http.body-timeout",
                        Patience.setting(2),
                        "xg2g.transcode.body-timeout",
                        Patience.setting(2),
                        "xg2g.live.demo",
                        "true",
                        "xg2g.live.channels-file",
                        directory.resolve("channels.json").toString()));
        viewer = HlsViewer.watch(service, "demo");
        Awaitility.await("a first segment")
                .atMost(Patience.seconds(60))
                .until(() -> viewer.video().segments() > 0 && viewer.audio().segments() > 0);
    }

    @AfterAll
    static void end() {
        if (viewer != null) {
            viewer.close();
        }
        if (service != null) {
            service.close();
        }
    }

    @AfterEach
    void leave() throws IOException {
        for (HttpSocket socket : sockets) {
            socket.close();
        }
    }

    @Test
    void aThousandIdleConnectionsAreClosed() throws IOException {
        double before = closed("idle");
        for (int i = 0; i < 1000; i++) {
            open("127.0.1." + (1 + i / 100));
        }

        assertUndisturbed();

        Awaitility.await("their end").atMost(Patience.seconds(30)).until(() -> closed("idle") - before >= 1000);
        Awaitility.await("their clients see it").until(() -> sockets.stream().allMatch(HttpSocket::isClosed));
    }

    @Test
    void aSlowRequestHeadIsClosed() throws IOException {
        HttpSocket socket = open("127.0.2.1");
        socket.send("GET /api/v1/queue HTTP/1.1\r\nX: ");

        untilClosed(socket, "x");

        assertUndisturbed();
    }

    @Test
    @Tag("nightly")
    void aUsedConnectionIsClosedWhenIdle() throws IOException {
        HttpSocket socket = open("127.0.2.2");
        assertThat(socket.get("/api/v1/queue").status()).isEqualTo(200);

        Awaitility.await("its end").atMost(Patience.seconds(30)).until(socket::isClosed);
    }

    @Test
    @Tag("nightly")
    void aConnectionInUseIsNotClosed() throws IOException {
        HttpSocket socket = open("127.0.2.3");
        int before = viewer.video().segments();

        // A request for each poll, over more than twice the idle timeout.
        Awaitility.await()
                .atMost(Patience.seconds(60))
                .pollInterval(Duration.ofMillis(500))
                .until(() -> socket.get("/api/v1/queue").status() == 200
                        && viewer.video().segments() >= before + 5);
    }

    @Test
    @Tag("nightly")
    void aSlowBodyIsRefused() throws IOException {
        HttpSocket json = open("127.0.3.1");
        json.send("POST /api/v1/channels HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                + "Content-Length: 1000\r\n\r\n{\"id\": \"");
        assertRefused(json);
        HttpSocket chunks = open("127.0.3.2");
        chunks.send("POST /api/v1/channels HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                + "Transfer-Encoding: chunked\r\n\r\n8\r\n{\"id\": \"\r\n");
        assertThat(chunks.answer().status()).isEqualTo(408);
        HttpSocket media = open("127.0.3.3");
        media.send("POST /api/v1/transcodes?profile=preview HTTP/1.1\r\nHost: localhost\r\nContent-Type: video/mp2t\r\n"
                + "Content-Length: 1000000\r\n\r\nG");
        assertRefused(media);

        assertUndisturbed();
    }

    private static void assertRefused(HttpSocket socket) throws IOException {
        HttpSocket.Answer answer = socket.answer();
        assertThat(answer.status()).as("%s", answer).isEqualTo(408);
        assertThat(answer.error()).contains("body-timeout");
        Awaitility.await("its end").atMost(Patience.seconds(30)).until(socket::isClosed);
    }

    @Test
    void aLargeBodyThatIsNoMediaIsRefused() throws IOException {
        HttpSocket socket = open("127.0.3.4");
        socket.send("POST /api/v1/channels HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                + "Content-Length: 5000000\r\n\r\n");
        HttpSocket.Answer answer = socket.answer();
        assertThat(answer.status()).isEqualTo(413);
        assertThat(answer.error()).contains("too-large");

        HttpSocket chunked = open("127.0.3.5");
        chunked.send("POST /api/v1/channels HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                + "Transfer-Encoding: chunked\r\n\r\n200000\r\n\"" + "a".repeat(0x1fffff) + "\r\n");
        HttpSocket.Answer late = chunked.answer();
        assertThat(late.status()).isEqualTo(413);
        assertThat(late.error()).contains("too-large");
        assertThat(service.log()).doesNotContain("Request too large");
    }

    @Test
    @Tag("nightly")
    void slowReadersDoNotAffectOthers() throws IOException {
        for (int i = 1; i <= 50; i++) {
            HttpSocket socket = open("127.0.4." + i);
            socket.send("GET /live/demo/stream.ts?mode=" + (i % 2 == 0 ? "gpu" : "standard")
                    + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
        }
        int before = viewer.video().segments();
        Awaitility.await()
                .atMost(Patience.seconds(60))
                .pollInterval(Duration.ofSeconds(1))
                .until(() -> {
                    for (HttpSocket socket : sockets) {
                        assertThat(socket.read()).isNotNegative();
                    }
                    return viewer.video().segments() >= before + 5;
                });
        assertUndisturbed();
    }

    @Test
    void connectionsPerClientAreLimited() throws IOException {
        double before = closed("client-limit");
        for (int i = 0; i < MOST; i++) {
            open("127.0.5.1");
        }
        assertThat(sockets.getLast().get("/api/v1/queue").status()).isEqualTo(200);
        HttpSocket another = open("127.0.5.1");
        Awaitility.await("its end").until(another::isClosed);
        assertThat(closed("client-limit") - before).isEqualTo(1);
        assertThat(open("127.0.5.2").get("/api/v1/queue").status()).isEqualTo(200);

        sockets.getFirst().close();

        Awaitility.await("room for one more").ignoreExceptions().until(() -> {
            try (HttpSocket next = HttpSocket.open("127.0.5.1", port())) {
                return next.get("/api/v1/queue").status() == 200;
            }
        });
    }

    /** Checks that the viewer gets the next segments and had no failed request. */
    private static void assertUndisturbed() {
        int before = viewer.video().segments();
        Awaitility.await("the next segments")
                .atMost(Patience.seconds(30))
                .until(() -> viewer.video().segments() >= before + 2);
        assertThat(viewer.violations()).isEmpty();
        assertThat(viewer.video().gaps()).isZero();
    }

    private static void untilClosed(HttpSocket socket, String drop) {
        Callable<Boolean> closed = () -> {
            try {
                socket.send(drop);
                return socket.isClosed();
            } catch (IOException reset) {
                return true;
            }
        };
        Awaitility.await("its end")
                .atMost(Patience.seconds(30))
                .pollInterval(Duration.ofMillis(200))
                .until(closed);
    }

    private static double closed(String reason) {
        return service.metric("xg2g_http_connections_closed_total", "reason=\"" + reason + "\"");
    }

    private HttpSocket open(String from) throws IOException {
        HttpSocket socket = HttpSocket.open(from, port());
        sockets.add(socket);
        return socket;
    }

    private static int port() {
        return service.api("/").getPort();
    }
}
