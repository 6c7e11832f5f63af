package io.xg2g.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import io.xg2g.schedule.Patience;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that disconnect during long responses: nothing is logged above DEBUG, and no stack trace. */
@ExtendWith(Services.Resolver.class)
class ClientDisconnectsIT {
    private static final Duration PATIENCE = Patience.seconds(60);

    private static RunningService service;

    @BeforeAll
    static void start(Services services) {
        service = services.shared(Services.USUAL);
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> RunningService.get(service.api("/live/demo/master.m3u8"))
                                .statusCode()
                        == 200);
    }

    @AfterAll
    static void end() throws IOException {
        Files.writeString(Path.of("target", "leaving-clients.log"), service.log());
        LiveChannels.stop(service, "demo");
    }

    @Test
    @Tag("nightly")
    void disconnectsAreLoggedBelowWarningWithoutAStackTrace() throws Exception {
        String result = finishedRendition();
        String before = service.log();
        for (boolean reset : new boolean[] {false, true}) {
            for (String path : List.of(
                    "/live/demo/stream.ts",
                    "/live/demo/stream.ts?mode=audio_proxy",
                    "/live/demo/stream.ts?mode=gpu",
                    "/live/demo/audio.aac",
                    "/live/demo/master.m3u8",
                    "/api/v1/streams/demo/events",
                    result)) {
                leave("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n", true, reset);
            }
            leave("GET /live/demo/" + waitingPlaylist() + " HTTP/1.1\r\nHost: localhost\r\n\r\n", false, reset);
            leave(post("/api/v1/transcodes?profile=480p", "video/mp2t", 1_000_000, "G".repeat(50_000)), false, reset);
            leave(post("/api/v1/channels", "application/json", 1000, "{\"id\":"), false, reset);
            leave(post("/api/v1/telemetry/replays", "text/csv", 100_000, "timestamp,"), false, reset);
            leave("GET /live/demo/stre", false, reset);
        }
        http2StreamsThatAreDropped();
        synchronousTranscodeThatIsNotAwaited();

        // The service has detected all disconnects.
        Awaitility.await().atMost(PATIENCE).until(() -> service.metric("xg2g_live_viewers") == 0);
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() ->
                        RunningService.get(service.api("/api/v1/queue")).body().contains("\"running\":0"));
        RunningService.send(
                HttpRequest.newBuilder(service.api(result.replaceFirst("/renditions/.*", "")))
                        .DELETE()
                        .build(),
                BodyHandlers.discarding());
        assertThat(service.log().substring(before.length()))
                .doesNotContain("ERROR", "WARN", "Exception")
                .doesNotContainPattern("\\n\\s+at ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/live/demo/stream.ts",
                "/live/demo/stream.ts?mode=audio_proxy",
                "/live/demo/stream.ts?mode=gpu",
                "/live/demo/audio.aac",
                "/api/v1/streams/demo/events"
            })
    void theOtherStreamsOfAConnectionContinueAfterOneIsReset(String left) throws Exception {
        double viewers = service.metric("xg2g_live_viewers");
        try (Http2Socket http2 = new Http2Socket("127.0.0.1", service.api("/").getPort())) {
            http2.acknowledge();
            http2.openWindow(0, 1 << 30);
            int other = http2.get("/live/demo/audio.aac");
            int reset = http2.get(left);
            http2.openWindow(other, 1 << 30);
            http2.openWindow(reset, 1 << 30);
            awaitData(http2, other, 1);
            awaitData(http2, reset, 2);
            http2.reset(reset);

            // The channel has noticed it, and a later response of the same connection is complete.
            Awaitility.await("the viewer has left")
                    .atMost(PATIENCE)
                    .until(() -> service.metric("xg2g_live_viewers") <= viewers + 1);
            awaitData(http2, other, 20);
            int next = http2.get("/api/v1/channels");
            awaitData(http2, next, 1);
        }
    }

    /** Reads until a number of DATA frames of a stream have arrived; the end of the connection fails. */
    private static void awaitData(Http2Socket http2, int stream, int frames) throws IOException {
        for (int seen = 0; seen < frames; ) {
            Http2Socket.Frame frame = http2.read();
            assertThat(frame.type()).as("frame of stream %d", frame.stream()).isNotEqualTo(Http2Socket.GOAWAY);
            if (frame.type() == Http2Socket.DATA && frame.stream() == stream) {
                seen++;
            }
        }
    }

    /** Sends a request, or part of one, and disconnects. */
    private static void leave(String request, boolean answered, boolean reset) throws IOException {
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), service.api("/").getPort())) {
            socket.setSoTimeout((int) PATIENCE.toMillis());
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            if (answered) {
                assertThat(socket.getInputStream().readNBytes(100)).hasSize(100);
            } else {
                Thread.onSpinWait();
            }
            if (reset) {
                socket.setSoLinger(true, 0);
            }
        }
    }

    private static String post(String path, String type, int length, String begin) {
        return "POST " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: " + type + "\r\nContent-Length: "
                + length + "\r\n\r\n" + begin;
    }

    private static String waitingPlaylist() {
        String master =
                RunningService.get(service.api("/live/demo/master.m3u8")).body();
        String media =
                master.lines().filter(line -> !line.startsWith("#")).findFirst().orElseThrow();
        String playlist = RunningService.get(service.api("/live/demo/" + media)).body();
        long first = Long.parseLong(playlist.lines()
                .filter(line -> line.startsWith("#EXT-X-MEDIA-SEQUENCE:"))
                .findFirst()
                .orElseThrow()
                .split(":")[1]);
        long segments =
                playlist.lines().filter(line -> line.startsWith("#EXTINF")).count();
        return media + "?_HLS_msn=" + (first + segments + 1);
    }

    private static void http2StreamsThatAreDropped() throws IOException {
        try (Http2Socket http2 = new Http2Socket("127.0.0.1", service.api("/").getPort())) {
            http2.acknowledge();
            int reset = http2.get("/live/demo/stream.ts");
            http2.get("/api/v1/streams/demo/events");
            Http2Socket.Frame frame = http2.read();
            while (frame.type() != Http2Socket.DATA || frame.stream() != reset) {
                frame = http2.read();
            }
            http2.reset(reset);
            http2.get("/live/demo/audio.aac");
        }
    }

    private static void synchronousTranscodeThatIsNotAwaited() throws IOException {
        byte[] clip = Files.readAllBytes(Clips.mpeg2());
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), service.api("/").getPort())) {
            socket.getOutputStream()
                    .write(post("/api/v1/transcodes?profile=480p", "video/mp2t", clip.length, "")
                            .getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().write(clip);
        }
    }

    /** The path of the result of an asynchronous transcode. */
    private static String finishedRendition() throws IOException {
        HttpResponse<String> accepted = RunningService.send(
                HttpRequest.newBuilder(service.api("/api/v1/transcodes?profile=480p"))
                        .header("Content-Type", "video/mp2t")
                        .header("Prefer", "respond-async")
                        .POST(BodyPublishers.ofFile(Clips.mpeg2()))
                        .build(),
                BodyHandlers.ofString());
        assertThat(accepted.statusCode()).as(accepted.body()).isEqualTo(202);
        String id = new JsonObject(accepted.body()).getString("id");
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> RunningService.get(service.api("/api/v1/transcodes/" + id))
                        .body()
                        .contains("\"completed\""));
        return "/api/v1/transcodes/" + id + "/renditions/480p";
    }
}
