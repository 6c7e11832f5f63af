package io.xg2g.service;

import static io.xg2g.service.WatchedChannel.await;
import static io.xg2g.service.WatchedChannel.awaitSegments;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.xg2g.ffmpeg.TestMedia;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files of a web server as channels: they are played again and again. */
@ExtendWith(Services.Resolver.class)
class RecordingIT {
    private static final int SECONDS = 8;
    private static final String CLIP =
            "-f lavfi -i testsrc2=s=256x144:r=25:d=" + SECONDS + " -f lavfi -i sine=r=48000:d=" + SECONDS
                    + " -c:v libx264 -preset superfast -pix_fmt yuv420p -g 25 -sc_threshold 0 -c:a aac -b:a 96k";

    private static final Map<String, Path> FILES = Map.of(
            "clip.mkv", TestMedia.encoded("recording.mkv", CLIP + " -f matroska"),
            "clip.ts", TestMedia.encoded("recording.ts", CLIP + " -f mpegts"),
            "clip.mp4", TestMedia.encoded("recording.mp4", CLIP + " -f mp4"),
            "fast.mp4", TestMedia.encoded("recording-fast.mp4", CLIP + " -movflags faststart -f mp4"));

    private static final Pattern RANGE = Pattern.compile("bytes=(\\d+)-(\\d*)");

    private static HttpServer web;
    private static RunningService service;

    @BeforeAll
    static void start(Services services) throws IOException {
        web = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        web.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        web.createContext("/length/", exchange -> serve(exchange, true, false));
        web.createContext("/chunked/", exchange -> serve(exchange, false, false));
        web.createContext("/ranges/", exchange -> serve(exchange, true, true));
        web.start();
        service = services.own(Map.of());
    }

    @AfterAll
    static void end() throws IOException {
        if (service != null) {
            Files.writeString(Path.of("target", "recording.log"), service.log());
        }
        web.stop(0);
    }

    private static void serve(HttpExchange exchange, boolean length, boolean ranges) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            byte[] file = Files.readAllBytes(FILES.get(path.substring(path.lastIndexOf('/') + 1)));
            String range = String.valueOf(exchange.getRequestHeaders().getFirst("Range"));
            Matcher part = RANGE.matcher(range);
            if (ranges && part.matches()) {
                int from = Integer.parseInt(part.group(1));
                int to = part.group(2).isEmpty() ? file.length : Integer.parseInt(part.group(2)) + 1;
                exchange.getResponseHeaders()
                        .set("Content-Range", "bytes " + from + "-" + (to - 1) + "/" + file.length);
                exchange.sendResponseHeaders(206, (long) to - from);
                exchange.getResponseBody().write(Arrays.copyOfRange(file, from, to));
                return;
            }
            exchange.sendResponseHeaders(200, length ? file.length : 0);
            exchange.getResponseBody().write(file);
        }
    }

    private static String at(String path) {
        return "http://127.0.0.1:" + web.getAddress().getPort() + path;
    }

    @Test
    void aFileIsPlayedAgainWithoutAnInterruption() {
        play("again", "/length/clip.mkv");
    }

    @ParameterizedTest
    @Tag("nightly")
    @CsvSource({"length, clip.ts", "chunked, clip.ts", "chunked, clip.mkv", "ranges, clip.mp4", "length, fast.mp4"})
    void everyServerWillDo(String server, String file) {
        play(server + "-" + file.replace('.', '-'), "/" + server + "/" + file);
    }

    private static void play(String id, String path) {
        assertThat(LiveChannels.add(service, id, at(path)).statusCode()).isEqualTo(201);
        try (HlsViewer viewer = HlsViewer.watch(service, id)) {
            // More than two rounds.
            awaitSegments(viewer, SECONDS + 2);

            assertThat(viewer.violations()).isEmpty();
            if (!path.startsWith("/chunked/")) {
                // Without a length a recording is known by its speed, which a busy machine lacks.
                assertThat(service.log()).doesNotContain("source lost: stream=" + id);
            }
        } finally {
            LiveChannels.remove(service, id);
        }
    }

    @Test
    void aFileWhoseIndexCannotBeReachedIsRefusedByName() {
        assertThat(LiveChannels.add(service, "index", at("/length/clip.mp4")).statusCode())
                .isEqualTo(201);

        await("the refusal").untilAsserted(() -> {
            HttpResponse<String> answer = RunningService.get(service.api("/live/index/master.m3u8"));
            assertThat(answer.statusCode()).isEqualTo(502);
            assertThat(answer.body()).contains("index of the source's MP4 file is at its end", "byte ranges");
        });
        assertThat(List.of(
                        RunningService.get(service.api("/api/v1/streams/index")).body()))
                .allSatisfy(state -> assertThat(state).contains("not-media"));
        LiveChannels.remove(service, "index");
    }
}
