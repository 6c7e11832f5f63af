package io.xg2g.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.delivery.DashRules;
import io.xg2g.delivery.HlsRules;
import io.xg2g.media.MalformedMedia;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Responses for playlists and segments of a channel, for every player. */
class LiveDeliveryIT {
    private static final String ORIGIN = "https://watch.example.org";

    private static final List<String> AGENTS = List.of(
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5"
                    + " Safari/605.1.15",
            "AppleCoreMedia/1.0.0.22F76 (iPhone; U; CPU OS 18_5 like Mac OS X; en_us)",
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
            "VLC/3.0.21 LibVLC/3.0.21");

    @TempDir
    static Path directory;

    private static RunningService service;
    private static String init;
    private static String segment;
    private static byte[] bytes;

    @BeforeAll
    static void start() throws IOException {
        service = RunningService.start(
                Files.createDirectory(directory.resolve("work")),
                Map.of(
                        "xg2g.live.demo",
                        "true",
                        "xg2g.live.channels-file",
                        directory.resolve("channels.json").toString(),
                        "quarkus.http.cors.enabled",
                        "true",
                        "quarkus.http.cors.origins",
                        ORIGIN));
        String playlist = text("master.m3u8", AGENTS.getFirst());
        String rendition = first("(?m)^(.+)/media\\.m3u8$", playlist);
        String media = text(rendition + "/media.m3u8", AGENTS.getFirst());
        init = rendition + "/" + first("EXT-X-MAP:URI=\"([^\"]+)\"", media);
        segment = rendition + "/" + first("(?m)^(\\d+\\.m4s)$", media);
        bytes = get(segment).body();
    }

    @AfterAll
    static void end() throws IOException {
        if (service != null) {
            Files.writeString(Path.of("target", "live-delivery.log"), service.log());
            service.close();
        }
    }

    static List<String> agents() {
        return AGENTS;
    }

    @ParameterizedTest
    @MethodSource("agents")
    @Tag("smoke")
    void everyPlayerGetsTheSameBytes(String agent) {
        for (String file : List.of(init, segment)) {
            assertThat(get(file, "User-Agent", agent).body())
                    .as(file)
                    .isEqualTo(get(file).body());
        }
        String rendition = segment.substring(0, segment.indexOf('/'));
        for (String file : List.of("master.m3u8", rendition + "/media.m3u8", "audio/media.m3u8", "manifest.mpd")) {
            assertSameStructure(file, agent);
        }
    }

    /** Compares with what another player gets, if that does not change meanwhile: windows are published all the time. */
    private static void assertSameStructure(String file, String agent) {
        Map<String, Boolean> before;
        Map<String, Boolean> seen;
        Map<String, Boolean> after;
        do {
            before = structure(text(file, "curl/8.14.1"));
            seen = structure(text(file, agent));
            after = structure(text(file, "curl/8.14.1"));
        } while (!before.equals(after));
        assertThat(seen).as(file).isEqualTo(before);
    }

    @Test
    void playlistsAreNeverStoredAndSegmentsMayBe() {
        assertHeaders("master.m3u8", "application/vnd.apple.mpegurl", "no-store");
        assertHeaders("audio/media.m3u8", "application/vnd.apple.mpegurl", "no-store");
        assertHeaders("manifest.mpd", "application/dash+xml", "no-store");
        assertHeaders(init, "video/mp4", "public, max-age=3600, immutable");
        assertHeaders(segment, "video/mp4", "public, max-age=3600, immutable");
    }

    @Test
    void whatIsServedFollowsTheRulesOfApple() throws MalformedMedia {
        assertThat(HlsRules.violations("master.m3u8", LiveDeliveryIT::served)).isEmpty();
    }

    @Test
    void whatIsServedFollowsTheRulesOfDash() throws MalformedMedia {
        assertThat(DashRules.violations("manifest.mpd", LiveDeliveryIT::served)).isEmpty();
    }

    @Test
    void gstreamerGetsAManifestThatItsDemuxersPlay() {
        assertThat(text("manifest.mpd", "GStreamer souphttpsrc 1.22.0 libsoup/3.2.2"))
                .contains("suggestedPresentationDelay=\"PT30S\"");
    }

    private static byte[] served(String file) {
        HttpResponse<byte[]> response = get(file);
        assertThat(response.statusCode()).as(file).isEqualTo(200);
        return response.body();
    }

    @Test
    void aRangeOfASegmentIsServed() {
        HttpResponse<byte[]> middle = get(segment, "Range", "bytes=100-299");
        assertThat(middle.statusCode()).isEqualTo(206);
        assertThat(header(middle, "Content-Range")).isEqualTo("bytes 100-299/" + bytes.length);
        assertThat(header(middle, "Content-Length")).isEqualTo("200");
        assertThat(middle.body()).isEqualTo(Arrays.copyOfRange(bytes, 100, 300));

        HttpResponse<byte[]> tail = get(segment, "Range", "bytes=-10");
        assertThat(tail.statusCode()).isEqualTo(206);
        assertThat(tail.body()).isEqualTo(Arrays.copyOfRange(bytes, bytes.length - 10, bytes.length));

        HttpResponse<byte[]> behind = get(segment, "Range", "bytes=" + bytes.length + "-");
        assertThat(behind.statusCode()).isEqualTo(416);
        assertThat(header(behind, "Content-Range")).isEqualTo("bytes */" + bytes.length);

        HttpResponse<byte[]> ofInit = get(init, "Range", "bytes=4-7");
        assertThat(ofInit.statusCode()).isEqualTo(206);
        assertThat(ofInit.body()).isEqualTo("ftyp".getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void ifRangeOfASegmentIsCompared() {
        String etag = header(get(segment), "ETag");
        HttpResponse<byte[]> known = get(segment, "Range", "bytes=0-9", "If-Range", etag);
        assertThat(known.statusCode()).isEqualTo(206);

        for (String other : List.of("\"other\"", "Sun, 06 Nov 1994 08:49:37 GMT")) {
            for (String range : List.of("bytes=0-9", "bytes=" + bytes.length + "-")) {
                HttpResponse<byte[]> whole = get(segment, "Range", range, "If-Range", other);
                assertThat(whole.statusCode()).isEqualTo(200);
                assertThat(whole.body()).isEqualTo(bytes);
            }
        }
        assertThat(get(segment, "Range", "bytes=" + bytes.length + "-", "If-Range", etag)
                        .statusCode())
                .isEqualTo(416);
        assertThat(get(segment, "If-None-Match", etag).statusCode()).isEqualTo(304);
    }

    @Test
    void headIsGetWithoutABody() {
        for (String file : List.of(init, segment)) {
            HttpResponse<byte[]> head = head(request(file));
            HttpResponse<byte[]> whole = get(file);
            assertThat(head.statusCode()).as(file).isEqualTo(200);
            assertThat(head.body()).isEmpty();
            assertThat(undated(head)).as(file).isEqualTo(undated(whole));
        }
        HttpResponse<byte[]> master = head(request("master.m3u8"));
        assertThat(master.statusCode()).isEqualTo(200);
        assertThat(header(master, "Content-Type")).startsWith("application/vnd.apple.mpegurl");
        assertThat(head(request("4320p/media.m3u8")).statusCode()).isEqualTo(404);
        assertThat(head(request("stream.ts?mode=bogus")).statusCode()).isEqualTo(400);
        assertThat(head(request(segment).header("Range", "bytes=0-9")).statusCode())
                .isEqualTo(200);
    }

    private static HttpResponse<byte[]> head(HttpRequest.Builder request) {
        return RunningService.send(request.HEAD().build(), BodyHandlers.ofByteArray());
    }

    @Test
    void pagesOfAllowedOriginsMayFetchEverything() {
        for (String file : List.of("master.m3u8", "audio/media.m3u8", "manifest.mpd", init, segment)) {
            assertThat(header(get(file, "Origin", ORIGIN), "Access-Control-Allow-Origin"))
                    .as(file)
                    .isEqualTo(ORIGIN);
        }
        for (String file : List.of(init, segment)) {
            assertThat(header(get(file), "Vary"))
                    .as("what is cached for pages of other origins")
                    .isEqualTo("Origin");
        }
        HttpResponse<byte[]> preflight = RunningService.send(
                request(segment)
                        .method("OPTIONS", HttpRequest.BodyPublishers.noBody())
                        .header("Origin", ORIGIN)
                        .header("Access-Control-Request-Method", "GET")
                        .header("Access-Control-Request-Headers", "range")
                        .build(),
                BodyHandlers.ofByteArray());
        assertThat(preflight.statusCode()).isEqualTo(200);
        assertThat(header(preflight, "Access-Control-Allow-Origin")).isEqualTo(ORIGIN);
        assertThat(get(segment, "Origin", "https://elsewhere.example.net")
                        .headers()
                        .firstValue("Access-Control-Allow-Origin"))
                .isEmpty();
    }

    @Test
    void missingSegmentsAreNotFound() {
        for (String file : List.of("1.m4s", "init-1.mp4", "x.m4s", "99999999999999999999.m4s")) {
            assertThat(get("480p/" + file).statusCode()).as(file).isEqualTo(404);
        }
        assertThat(get("4320p/media.m3u8").statusCode()).isEqualTo(404);
        assertThat(get("stream.ts?mode=other").statusCode()).isEqualTo(400);
        assertThat(get("stream.ts?mode=standard&height=480").statusCode()).isEqualTo(400);
    }

    @Test
    void theNextSegmentIsSentWhenItIsPublished() {
        String rendition = segment.substring(0, segment.indexOf('/'));
        long[] listed = text(rendition + "/media.m3u8", AGENTS.getFirst())
                .lines()
                .filter(line -> line.matches("\\d+\\.m4s"))
                .mapToLong(line -> Long.parseLong(line.substring(0, line.indexOf('.'))))
                .toArray();
        long latest = listed[listed.length - 1];
        long window = latest - listed[listed.length - 2];

        assertThat(get(rendition + "/" + (latest + window) + ".m4s").statusCode())
                .isEqualTo(200);
        assertThat(get(rendition + "/" + (latest + 100 * window) + ".m4s").statusCode())
                .as("later ones are not awaited")
                .isEqualTo(404);
    }

    @Test
    void segmentsAreReadOnlyAndHaveOneMetricLabel() {
        HttpResponse<byte[]> posted = RunningService.send(
                request(segment).POST(HttpRequest.BodyPublishers.noBody()).build(), BodyHandlers.ofByteArray());
        assertThat(posted.statusCode()).isEqualTo(405);
        assertThat(header(posted, "Content-Type")).isEqualTo("application/problem+json");
        String metrics = RunningService.get(service.management("/metrics")).body();
        assertThat(metrics).contains("uri=\"/live/{channel}/{rendition}/{file}\"");
        assertThat(metrics.lines().filter(line -> line.matches(".*uri=\"[^\"]*\\.(m4s|mp4)\".*")))
                .isEmpty();
        assertThat(RunningService.get(service.api("/openapi")).body()).contains("/live/{channel}/{rendition}/{file}:");
    }

    private static void assertHeaders(String file, String type, String caching) {
        HttpResponse<byte[]> response = get(file);
        assertThat(response.statusCode()).as(file).isEqualTo(200);
        assertThat(header(response, "Content-Type").split(";")[0]).as(file).isEqualTo(type);
        assertThat(header(response, "Cache-Control")).as(file).isEqualTo(caching);
    }

    /** Structure of a playlist without its numbers. */
    private static Map<String, Boolean> structure(String playlist) {
        Map<String, Boolean> kinds = new TreeMap<>();
        playlist.lines()
                .map(String::strip)
                // The number of durations in a timeline varies.
                .filter(line -> !line.startsWith("<S "))
                .map(line -> line.replaceAll(" r=\"\\d+\"", "").replaceAll("\\d+", "0"))
                .forEach(line -> kinds.put(line, true));
        return kinds;
    }

    private static String first(String pattern, String text) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        assertThat(matcher.find()).as("%s in %s", pattern, text).isTrue();
        return matcher.group(1);
    }

    private static String text(String file, String agent) {
        HttpResponse<byte[]> response = get(file, "User-Agent", agent);
        String text = new String(response.body(), StandardCharsets.UTF_8);
        assertThat(response.statusCode()).as("%s: %s", file, text).isEqualTo(200);
        return text;
    }

    private static Map<String, List<String>> undated(HttpResponse<?> answer) {
        Map<String, List<String>> headers = new TreeMap<>(answer.headers().map());
        assertThat(headers.remove("date")).isNotNull();
        return headers;
    }

    private static String header(HttpResponse<?> response, String name) {
        return response.headers().firstValue(name).orElseThrow(() -> new AssertionError("no " + name));
    }

    private static HttpRequest.Builder request(String file) {
        return HttpRequest.newBuilder(service.api("/live/demo/" + file));
    }

    private static HttpResponse<byte[]> get(String file, String... headers) {
        HttpRequest.Builder request = request(file);
        if (headers.length > 0) {
            request.headers(headers);
        }
        return RunningService.send(request.build(), BodyHandlers.ofByteArray());
    }
}
