package io.xg2g.service;

import static io.xg2g.service.BrowserPlayer.await;
import static io.xg2g.service.BrowserPlayer.awaitFirstFrame;
import static io.xg2g.service.BrowserPlayer.awaitPlaying;
import static io.xg2g.service.BrowserPlayer.click;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import io.xg2g.http.FreePort;
import io.xg2g.schedule.Patience;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The service is killed, and then stopped, while its page plays the demo in a real browser. */
@Tag("alone")
@Tag("nightly")
class PlaybackRestartIT {
    private static final Logger LOG = Logger.getLogger(PlaybackRestartIT.class);

    /** Discontinuity sequence number that hls.js 1.7 supports without delay: it has arrays of that length. */
    private static final int SMALL = 1000;

    @TempDir
    Path directory;

    /** Origin of the pages that may use the service, beside its own. */
    private String origin = "http://localhost";

    private final int port = FreePort.any();
    private final int management = FreePort.any();

    @Test
    void anOpenAndANewPagePlayAfterEachRestart() throws Exception {
        try (Chromium chromium = Chromium.start(directory)) {
            Chromium.Page open;
            Chromium.Page fresh;
            long second;
            try (RunningService service = start()) {
                open = play(chromium, service, "before the restart");
                kill(service);
            }
            long first = discontinuity(open);
            try (RunningService service = start()) {
                awaitMore(open, first, "after a kill");
                fresh = play(chromium, service, "after a kill");
                second = discontinuity(open);
                assertThat(discontinuity(fresh)).isEqualTo(second);
                service.process().destroy();
                service.process().onExit().get(Patience.seconds(30).toSeconds(), TimeUnit.SECONDS);
            }
            try (RunningService service = start()) {
                awaitMore(open, second, "after a stop");
                awaitMore(fresh, second, "after a stop");
                Chromium.Page last = play(chromium, service, "after a stop");
                assertThat(discontinuity(last)).isEqualTo(discontinuity(open)).isLessThan(SMALL);
            }
        }
    }

    /** With the defaults of shaka-player, which requests the manifest with the start of its playback. */
    @Test
    void aDashPlaybackGoesOnAfterAKill() throws Exception {
        try (PlayerPages pages = PlayerPages.start();
                Chromium chromium = Chromium.start(directory)) {
            origin = pages.origin();
            Chromium.Page page = chromium.open(pages.dash(), 400, 400);
            try (RunningService service = start()) {
                page.evaluate("begin('" + service.api("/live/demo/manifest.mpd") + "')");
                awaitFirstFrame(page);
                awaitPlaying(page);
                kill(service);
            }
            try (RunningService _ = start()) {
                page.evaluate("observeFromHere()");
                // Longer than its buffer.
                JsonObject seen = await(page, "playback after a kill", "played", 12);
                assertThat(seen.getString("mediaError")).isEmpty();
            }
        }
    }

    private static void kill(RunningService service) throws Exception {
        service.process().destroyForcibly().onExit().get(Patience.seconds(30).toSeconds(), TimeUnit.SECONDS);
    }

    private RunningService start() {
        return RunningService.start(
                directory.resolve("work"),
                Map.of(
                        "quarkus.http.cors.enabled",
                        "true",
                        "quarkus.http.cors.origins",
                        origin,
                        "quarkus.http.port",
                        Integer.toString(port),
                        "quarkus.management.port",
                        Integer.toString(management),
                        "xg2g.live.demo",
                        "true"));
    }

    private static Chromium.Page play(Chromium chromium, RunningService service, String when) {
        Chromium.Page page = chromium.open(service.api("/"), 400, 400);
        click(page, "demo");
        LOG.infof(
                "a fresh page %s: first frame %.2f s after it was opened",
                when, awaitFirstFrame(page).getDouble("firstFrame"));
        awaitPlaying(page);
        return page;
    }

    /** Waits until a page has the playlist of the restarted service, and has played for longer than its buffer. */
    private static void awaitMore(Chromium.Page page, long discontinuity, String when) {
        long began = System.nanoTime();
        Awaitility.await("the playlist " + when)
                .atMost(Patience.seconds(60))
                .untilAsserted(() -> assertThat(discontinuity(page)).isGreaterThan(discontinuity));
        double reloaded = (System.nanoTime() - began) / 1e9;
        page.evaluate("observeFromHere()");
        JsonObject seen = await(page, "playback " + when, "played", 12);
        LOG.infof("an open page %s: new playlist after %.2f s: %s", when, reloaded, seen.encode());
        assertThat(seen.getString("mediaError")).isEmpty();
    }

    private static long discontinuity(Chromium.Page page) {
        return page.object("{number: hls.latestLevelDetails.endCC}").getLong("number");
    }
}
