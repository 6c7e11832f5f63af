package io.xg2g.service;

import static io.xg2g.service.BrowserPlayer.await;
import static io.xg2g.service.BrowserPlayer.awaitFirstFrame;
import static io.xg2g.service.BrowserPlayer.awaitPlaying;
import static io.xg2g.service.BrowserPlayer.click;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.xg2g.schedule.Patience;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Channels in a real browser: the service's page with hls.js, and shaka-player on a page of another origin. */
@Tag("alone")
class LivePlaybackIT {
    private static final Logger LOG = Logger.getLogger(LivePlaybackIT.class);

    /** Duration of playback, in seconds. */
    private static final int WATCHED = 30;

    /** Wrap of the source's clock during playback, in any order of the tests: seconds after the start. */
    private static final int WRAP = 45;

    /** Target of the screenshot of the page with {@code -Dxg2g.docs.write=true}. */
    private static final Path SCREENSHOT = Path.of("docs", "images", "watch.png");

    @TempDir
    static Path directory;

    private static BroadcastSource source;
    private static PlayerPages pages;
    private static RunningService service;
    private static Chromium chromium;

    @BeforeAll
    static void start() throws IOException {
        source = BroadcastSource.wrappingIn(WRAP);
        pages = PlayerPages.start();
        service = RunningService.start(
                Files.createDirectory(directory.resolve("work")),
                Map.of(
                        "xg2g.live.demo",
                        "true",
                        "xg2g.live.channels-file",
                        directory.resolve("channels.json").toString(),
                        "xg2g.live.channels.broadcast.name",
                        "Broadcast",
                        "xg2g.live.channels.broadcast.url",
                        source.uri().toString(),
                        "quarkus.http.cors.enabled",
                        "true",
                        "quarkus.http.cors.origins",
                        pages.origin()));
        chromium = Chromium.start(directory);
    }

    @AfterAll
    static void end() throws IOException {
        if (chromium != null) {
            chromium.close();
        }
        if (service != null) {
            Files.writeString(Path.of("target", "live-playback.log"), service.log());
            service.close();
        }
        if (pages != null) {
            pages.close();
        }
        if (source != null) {
            source.close();
        }
    }

    @Test
    @Tag("smoke")
    void theDemoPlaysAfterThePageIsOpened() throws IOException {
        try (Chromium.Page page = chromium.open(service.api("/"), 1000, 900)) {
            // When
            click(page, "demo");

            // Then
            JsonObject seen = awaitFirstFrame(page);
            LOG.infof("demo: first frame %.2f s after the page was opened", seen.getDouble("firstFrame"));
            awaitPlaying(page);
            page.evaluate("observeFromHere()");
            await(page, "playback", "played", 1);
            assertThat(page.object("observation()").getJsonArray("errors")).isEmpty();
            if (Boolean.getBoolean("xg2g.docs.write")) {
                Files.createDirectories(SCREENSHOT.getParent());
                page.screenshot(SCREENSHOT);
            }
        } finally {
            HttpRequest stop = HttpRequest.newBuilder(service.api("/api/v1/streams/demo"))
                    .DELETE()
                    .build();
            RunningService.send(stop, BodyHandlers.discarding());
        }
    }

    @Test
    @Tag("nightly")
    void aBroadcastPlaysWithHlsJsAndWithShakaPlayerInAllLevels() throws IOException {
        // Given a channel with enough segments for the usual live latency of players
        URI playlist = service.api("/live/broadcast/480p/media.m3u8");
        Awaitility.await("windows")
                .atMost(Patience.seconds(40))
                .until(() -> RunningService.get(playlist).body().split("#EXTINF").length > 4);
        try (Chromium.Page hls = chromium.open(service.api("/"), 400, 400);
                Chromium.Page dash = chromium.open(pages.dash(), 400, 400)) {
            // Given playback in both
            click(hls, "Broadcast");
            dash.evaluate("begin('" + service.api("/live/broadcast/manifest.mpd") + "')");
            JsonObject firstHls = awaitFirstFrame(hls);
            JsonObject firstDash = awaitFirstFrame(dash);
            LOG.infof(
                    "broadcast: first frame %.2f s after the page was opened with hls.js, %.2f s with shaka-player",
                    firstHls.getDouble("firstFrame"), firstDash.getDouble("firstFrame"));
            awaitPlaying(hls);
            awaitPlaying(dash);
            LOG.infof("hls.js at first: %s", hls.object("observation()").encode());
            LOG.infof("shaka-player at first: %s", dash.object("observation()").encode());
            List<Integer> levels = List.of(480, 720, 1080);
            assertThat(ints(hls.object("({all: hls.levels.map((level) => level.height)})")))
                    .isEqualTo(levels);
            assertThat(ints(dash.object("({all: heights()})"))).containsExactlyInAnyOrderElementsOf(levels);

            // When each level plays for a while
            hls.evaluate("observeFromHere()");
            dash.evaluate("observeFromHere()");
            for (int level = 0; level < levels.size(); level++) {
                hls.evaluate("{ const q = document.getElementById('quality'); q.value = '" + level
                        + "'; q.dispatchEvent(new Event('change')); }");
                dash.evaluate("choose(" + levels.get(level) + ")");
                pause(WATCHED / levels.size());
            }

            // Then
            check("hls.js", hls, levels);
            check("shaka-player", dash, levels);
        }
    }

    private static void check(String player, Chromium.Page page, List<Integer> levels) throws IOException {
        JsonObject seen = page.object("observation()");
        LOG.infof("%s: %s", player, seen.encode());
        Files.writeString(
                Path.of("target", "live-playback-" + player + ".log"), (String) page.evaluate("told.join('\\n')"));
        // On a slow machine a rendition has a gap, and hls.js uses another one for it.
        assertThat(seen.getJsonArray("errors").stream().map(Object::toString))
                .as("errors of %s", player)
                .allMatch(error -> error.startsWith("fragGap"));
        assertThat(seen.getString("mediaError")).as("media error of %s", player).isEmpty();
        assertThat(seen.getInteger("waiting")).as("times %s waited", player).isZero();
        assertThat(seen.getInteger("seeks")).as("times %s jumped", player).isZero();
        assertThat(seen.getInteger("ranges"))
                .as("buffered ranges of %s", player)
                .isEqualTo(1);
        assertThat(seen.getDouble("longestStill"))
                .as("seconds in which %s stood still", player)
                .isLessThan(1);
        assertThat(seen.getDouble("played"))
                .as("seconds that %s played in %s s", player, seen.getDouble("wall"))
                .isGreaterThan(seen.getDouble("wall") * 38 / 40);
        assertThat(seen.getJsonArray("heights").stream().map(Object::toString).toList())
                .as("levels that %s showed", player)
                .containsAll(levels.stream().map(Object::toString).toList());
    }

    private static List<Integer> ints(JsonObject object) {
        JsonArray all = object.getJsonArray("all");
        return IntStream.range(0, all.size()).mapToObj(all::getInteger).toList();
    }

    private static void pause(int seconds) {
        try {
            TimeUnit.SECONDS.sleep(seconds);
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
            throw new AssertionError(ended);
        }
    }
}
