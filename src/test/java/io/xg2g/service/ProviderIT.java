package io.xg2g.service;

import static io.xg2g.service.WatchedChannel.await;
import static io.xg2g.service.WatchedChannel.awaitSegments;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.vertx.core.json.JsonObject;
import io.xg2g.ffmpeg.TestMedia;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Channels of providers that want headers and cookies, offer several variants, or send no MPEG-TS. */
class ProviderIT {
    private static final String REFERER = "https://tv.example.org/secret";
    private static final int MP3_BYTES_PER_SECOND = 12_000;
    private static final Path MP3 = TestMedia.encoded(
            "radio.mp3", "-f lavfi -i sine=r=48000:d=" + TsServer.SECONDS + " -c:a libmp3lame -b:a 96k -f mp3");
    private static final Path IMAGE =
            TestMedia.encoded("image-320x180.jpg", "-f lavfi -i testsrc2=s=320x180:d=1 -frames:v 1 -f mjpeg");

    private static final String MASTER = """
            #EXTM3U
            #EXT-X-STREAM-INF:BANDWIDTH=300000,RESOLUTION=256x144
            low.m3u8
            #EXT-X-STREAM-INF:BANDWIDTH=500000,RESOLUTION=320x192
            high.m3u8
            """;
    /** The segment has no extension, by which ffmpeg would know its format. */
    private static final String MEDIA = """
            #EXTM3U
            #EXT-X-TARGETDURATION:12
            #EXTINF:12,
            %s?token=7
            #EXT-X-ENDLIST
            """;

    /** Paths that were requested with all that the provider wants. */
    private static final List<String> SERVED = new CopyOnWriteArrayList<>();

    @TempDir
    static Path directory;

    private static HttpServer provider;
    private static RunningService service;

    @BeforeAll
    static void start() throws IOException {
        provider = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        provider.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        provider.createContext("/tv/", ProviderIT::television);
        provider.createContext("/radio.mp3", ProviderIT::radio);
        provider.createContext("/radio.pls", ProviderIT::stations);
        provider.createContext("/camera", ProviderIT::camera);
        provider.start();
        service = RunningService.start(
                Files.createDirectory(directory.resolve("work")),
                Map.of(
                        "xg2g.live.channels-file",
                        directory.resolve("channels.json").toString(),
                        "xg2g.source.allow",
                        "127.0.0.1/32",
                        "xg2g.live.channels.second.url",
                        at("/radio.pls"),
                        "xg2g.live.channels.second.number",
                        "2",
                        "xg2g.live.channels.zeroth.url",
                        at("/radio.mp3"),
                        "xg2g.live.channels.zeroth.number",
                        "1"));
    }

    @AfterAll
    static void end() throws IOException {
        if (service != null) {
            Files.writeString(Path.of("target", "provider.log"), service.log());
            service.close();
        }
        provider.stop(0);
    }

    private static String at(String path) {
        return "http://127.0.0.1:" + provider.getAddress().getPort() + path;
    }

    /** A master playlist behind a redirect that sets a cookie; every file wants that and the referer; playlists are compressed. */
    private static void television(HttpExchange exchange) throws IOException {
        try (exchange) {
            String file = exchange.getRequestURI().getPath().substring("/tv/".length());
            if (file.equals("start")) {
                exchange.getResponseHeaders().set("Set-Cookie", "session=42; Path=/tv/; HttpOnly; Max-Age=60");
                exchange.getResponseHeaders().set("Location", "/tv/master.m3u8");
                exchange.sendResponseHeaders(302, -1);
                return;
            }
            String cookie = String.valueOf(exchange.getRequestHeaders().getFirst("Cookie"));
            String referer = exchange.getRequestHeaders().getFirst("Referer");
            if (!REFERER.equals(referer) || !cookie.contains("session=42")) {
                exchange.sendResponseHeaders(403, -1);
                return;
            }
            SERVED.add(file);
            boolean playlist = file.endsWith(".m3u8");
            byte[] body = playlist ? compressed(text(file)) : Files.readAllBytes(clip(file));
            if (playlist) {
                exchange.getResponseHeaders().set("Content-Encoding", "gzip");
            }
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private static String text(String playlist) {
        return playlist.equals("master.m3u8") ? MASTER : MEDIA.formatted(playlist.replace(".m3u8", ""));
    }

    private static Path clip(String file) {
        return file.equals("low") ? Clips.mpeg2() : Clips.larger();
    }

    private static byte[] compressed(String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(bytes)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }

    private static void stations(HttpExchange exchange) throws IOException {
        byte[] list = "[playlist]\r\nNumberOfEntries=1\r\nFile1=radio.mp3\r\n".getBytes(StandardCharsets.UTF_8);
        try (exchange) {
            exchange.sendResponseHeaders(200, list.length);
            exchange.getResponseBody().write(list);
        }
    }

    private static void radio(HttpExchange exchange) throws IOException {
        byte[] loop = Files.readAllBytes(MP3);
        try (exchange) {
            exchange.sendResponseHeaders(200, 0);
            for (int at = 0; at + MP3_BYTES_PER_SECOND <= loop.length; at += MP3_BYTES_PER_SECOND) {
                exchange.getResponseBody().write(Arrays.copyOfRange(loop, at, at + MP3_BYTES_PER_SECOND));
                LockSupport.parkNanos(1_000_000_000);
            }
        }
    }

    private static void camera(HttpExchange exchange) throws IOException {
        byte[] image = Files.readAllBytes(IMAGE);
        try (exchange) {
            exchange.getResponseHeaders().set("Content-Type", "multipart/x-mixed-replace; boundary=next");
            exchange.sendResponseHeaders(200, 0);
            for (int i = 0; i < 3000; i++) {
                OutputStream out = exchange.getResponseBody();
                out.write(("--next\r\nContent-Type: image/jpeg\r\nContent-Length: " + image.length + "\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
                out.write(image);
                out.write("\r\n".getBytes(StandardCharsets.US_ASCII));
                out.flush();
                LockSupport.parkNanos(100_000_000);
            }
        }
    }

    private static void add(String id, String path, JsonObject headers) {
        JsonObject spec = new JsonObject().put("id", id).put("url", at(path)).put("headers", headers);
        HttpResponse<String> added = LiveChannels.add(service, spec.encode());
        assertThat(added.statusCode()).as(added.body()).isEqualTo(201);
        assertThat(added.body()).doesNotContain("secret");
    }

    private static HttpResponse<Void> head(String path) {
        return RunningService.send(
                HttpRequest.newBuilder(service.api(path))
                        .method("HEAD", BodyPublishers.noBody())
                        .build(),
                BodyHandlers.discarding());
    }

    @Test
    void headersAndCookiesAreSentAndTheBestVariantPlays() {
        add("tv", "/tv/start", new JsonObject().put("Referer", REFERER));
        try (HlsViewer viewer = HlsViewer.watch(service, "tv")) {
            awaitSegments(viewer, 2);
        }
        LiveChannels.stop(service, "tv");

        assertThat(SERVED).contains("master.m3u8", "high.m3u8", "high").doesNotContain("low.m3u8", "low");
        assertThat(service.log()).doesNotContain("secret");
    }

    @Test
    void missingHeadersAreNamed() {
        add("refused", "/tv/start", new JsonObject());

        await("the refusal").untilAsserted(() -> {
            HttpResponse<String> answer = RunningService.get(service.api("/live/refused/master.m3u8"));
            assertThat(answer.statusCode()).isEqualTo(502);
            assertThat(answer.body()).contains("HTTP status 403", "request headers");
        });
        LiveChannels.stop(service, "refused");
    }

    @Test
    void aCameraOfJpegImagesPlays() {
        add("camera", "/camera", new JsonObject());

        await("a playlist").untilAsserted(() -> {
            HttpResponse<String> answer = RunningService.get(service.api("/live/camera/master.m3u8"));
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            assertThat(answer.body()).contains("RESOLUTION=320x180");
        });
        LiveChannels.stop(service, "camera");
    }

    @Test
    void aWebRadioPlays() throws IOException {
        HttpResponse<InputStream> answer = RunningService.send(
                HttpRequest.newBuilder(service.api("/live/second/audio.aac")).build(), BodyHandlers.ofInputStream());
        try (InputStream audio = answer.body()) {
            assertThat(answer.statusCode()).isEqualTo(200);
            byte[] header = audio.readNBytes(2);
            assertThat(header[0]).isEqualTo((byte) 0xff);
            assertThat(header[1] & 0xf6).isEqualTo(0xf0);
        }
        LiveChannels.stop(service, "second");
    }

    @Test
    void aHeadRequestStartsNoChannel() {
        for (String path : List.of("master.m3u8", "manifest.mpd", "720p/media.m3u8", "stream.ts", "audio.aac")) {
            assertThat(head("/live/zeroth/" + path).statusCode()).as(path).isEqualTo(200);
            assertThat(head("/live/absent/" + path).statusCode()).as(path).isEqualTo(404);
        }
        assertThat(head("/live/zeroth/stream.ts").headers().firstValue("Content-Type"))
                .contains("video/mp2t");
        assertThat(RunningService.get(service.api("/api/v1/streams/zeroth")).statusCode())
                .isEqualTo(404);
    }

    @Test
    void theListHasTheNumbersOfTheChannels() {
        assertThat(RunningService.get(service.api("/channels.m3u"))
                        .body()
                        .lines()
                        .filter(line -> line.startsWith("#EXTINF"))
                        .limit(2))
                .satisfiesExactly(
                        one -> assertThat(one).contains("tvg-id=\"zeroth\"", "tvg-chno=\"1\""),
                        two -> assertThat(two).contains("tvg-id=\"second\"", "tvg-chno=\"2\""));
    }
}
