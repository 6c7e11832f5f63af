package io.xg2g.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import io.xg2g.random.RandomInput;
import io.xg2g.upload.FaultyProxy;
import io.xg2g.upload.TargetServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import org.awaitility.Awaitility;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A thousand segments of several channels on their way to a real server that fails, is slow, and is gone for a minute, while the
 * program is killed. What arrives is compared with what the program serves; after each playlist, all that it names is looked up.
 *
 * <p>Segments are made in real time. A channel has four audio tracks beside its video: ten segments a second of four channels, which two
 * processors can make beside other work.
 */
@Tag("nightly")
class UploadFaultsIT {
    private static final Logger LOG = Logger.getLogger(UploadFaultsIT.class);
    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final int CHANNELS = 4;
    private static final Duration GONE = Duration.ofMinutes(1);
    private static final int SEGMENTS = 1000;
    private static final String PREMIUM = "c0";

    /** Windows that a kill may cost: the latest, and the one that has begun. */
    private static final int LOST = 2;

    @TempDir
    Path directory;

    /** What was wrong on the server after a playlist was stored. */
    private final ConcurrentLinkedQueue<String> violations = new ConcurrentLinkedQueue<>();

    /** Segments and init segments on the server, as they were after they were stored. */
    private final Map<String, byte[]> arrived = new ConcurrentHashMap<>();

    @ParameterizedTest
    @EnumSource
    void everySegmentArrivesAsItWasMadeAndPlaylistsNameWhatIsThere(TargetServer.Kind kind) throws Exception {
        long seed = Long.getLong("test.seed", ThreadLocalRandom.current().nextLong());
        LOG.infof("uploads with faults: kind=%s, seed=%d", kind, seed);
        MadeSegments made = new MadeSegments(CHANNELS, LOST);
        try (TsServer source = TsServer.start(Clips.tracks(List.of(0, 1, 2, 3)));
                TargetServer server = TargetServer.start(kind, directory.resolve("target"));
                FaultyProxy proxy =
                        FaultyProxy.start(server.port(), new RandomInput(seed), path -> stored(server, path))) {
            boolean deleteOld = kind == TargetServer.Kind.NGINX;
            Map<String, String> configuration = configuration(server.configuration(proxy.port()), source, deleteOld);
            try (RunningService service = start(configuration)) {
                proxy.failing(0.2);
                made.collect(service, Duration.ofSeconds(20));
                log("failing", made);
                proxy.delay(Duration.ofMillis(1500));
                made.collect(service, Duration.ofSeconds(20));
                log("slow", made);
                kill(service, made);
            }
            proxy.delay(Duration.ZERO);
            long left;
            try (RunningService service = start(configuration)) {
                made.collect(service, Duration.ofSeconds(10));
                proxy.leave();
                left = System.nanoTime();
                made.collect(service, Duration.ofSeconds(20));
                log("gone", made);
                kill(service, made);
            }
            try (RunningService service = start(configuration)) {
                made.collect(service, Duration.ofSeconds(5));
                made.collect(service, GONE.minusNanos(System.nanoTime() - left));
                assertThat(service.metric("xg2g_upload_target_up")).isZero();
                log("gone for a minute", made);
                proxy.comeBack();
                // Each failure is followed by a pause of all channels; with more of them the target would not keep up.
                proxy.failing(0.05);
                while (made.size() < SEGMENTS) {
                    made.collect(service, Duration.ofSeconds(5));
                }
                log("made", made);
                proxy.failing(0);
                Awaitility.await("all is uploaded")
                        .atMost(PATIENCE)
                        .pollInterval(Duration.ofSeconds(1))
                        .until(() -> made.missing(arrived).isEmpty());
                log("arrived", made);
                assertThat(service.metric("xg2g_upload_dropped_windows_total")).isZero();
                assertPlaysInBrowser(server);
                log("played", made);
                service.process().destroyForcibly().onExit().get();
            }
            LOG.infof(
                    "uploads with faults: made=%d, arrived=%d, lostByKills=%d, requests=%s",
                    made.size(), arrived.size(), made.lost(arrived), proxy.faults());
            assertThat(violations).isEmpty();
            made.assertSame(arrived);
            for (int channel = 0; channel < CHANNELS; channel++) {
                new UploadedChannel(server.files().resolve("c" + channel)).assertPlays();
            }
        }
    }

    private void log(String phase, MadeSegments made) {
        LOG.infof("uploads with faults: phase=%s, made=%d, arrived=%d", phase, made.size(), arrived.size());
    }

    private static void kill(RunningService service, MadeSegments made) throws Exception {
        made.beforeKill(service);
        service.process().destroyForcibly().onExit().get();
    }

    private RunningService start(Map<String, String> configuration) {
        return RunningService.start(directory.resolve("work"), configuration);
    }

    private static Map<String, String> configuration(Map<String, String> target, TsServer source, boolean deleteOld) {
        Map<String, String> configuration = new TreeMap<>(target);
        List<String> channels = new ArrayList<>();
        for (int channel = 0; channel < CHANNELS; channel++) {
            channels.add("c" + channel);
            configuration.put(
                    "xg2g.live.channels.c" + channel + ".url", source.uri().toString());
        }
        configuration.putAll(Map.of(
                "xg2g.upload.channels",
                String.join(",", channels),
                "xg2g.upload.premium",
                PREMIUM,
                "xg2g.upload.keep-running",
                "true",
                "xg2g.upload.delete-old",
                Boolean.toString(deleteOld),
                "xg2g.upload.timeout",
                "5s"));
        return configuration;
    }

    /** Called after the server has confirmed a PUT, before the program knows. */
    private void stored(TargetServer server, String path) {
        String name = path.substring(path.indexOf("/a/b/") + 5);
        Path file = server.files().resolve(name);
        try {
            byte[] content = Files.readAllBytes(file);
            if (name.endsWith(".m4s") || name.endsWith(".mp4")) {
                byte[] before = arrived.putIfAbsent(name, content);
                if (before != null && !Arrays.equals(before, content)) {
                    violations.add(name + " was replaced by something else");
                }
                return;
            }
            for (String named : TargetServer.names(name, content)) {
                if (!Files.exists(server.files().resolve(named))) {
                    violations.add(name + " names " + named + ", which is not there");
                }
            }
        } catch (IOException gone) {
            violations.add(name + " is not there after its upload: " + gone);
        }
    }

    private void assertPlaysInBrowser(TargetServer server) throws IOException {
        Path site = Files.createDirectory(directory.resolve("site"));
        Files.createSymbolicLink(site.resolve("bucket"), server.files());
        Path npm = Path.of("target", "npm");
        Files.copy(npm.resolve("hls.js/package/dist/hls.min.js"), site.resolve("hls.min.js"));
        Files.copy(
                npm.resolve("shaka-player/package/dist/shaka-player.compiled.js"),
                site.resolve("shaka-player.compiled.js"));
        for (String name : List.of("hls.html", "dash.html", "observe.js")) {
            copy(name, site.resolve(name));
        }
        try (FileServer files = FileServer.of(site);
                Chromium chromium = Chromium.start(Files.createDirectory(directory.resolve("browser")))) {
            for (Map.Entry<String, String> player : Map.of("hls.html", "master.m3u8", "dash.html", "manifest.mpd")
                    .entrySet()) {
                try (Chromium.Page page =
                        chromium.open(java.net.URI.create(files.at("/" + player.getKey())), 400, 400)) {
                    page.evaluate("begin('/bucket/" + PREMIUM + "/" + player.getValue() + "')");
                    BrowserPlayer.awaitFirstFrame(page);
                    BrowserPlayer.awaitPlaying(page);
                    JsonObject seen = page.object("observation()");
                    LOG.infof("uploads with faults: page=%s, seen=%s", player.getKey(), seen.encode());
                    assertThat(seen.getString("mediaError")).isEmpty();
                    assertThat(seen.getJsonArray("errors").stream().map(Object::toString))
                            .as("errors of %s", player.getKey())
                            .noneMatch(error -> error.startsWith("fatal"));
                }
            }
        }
    }

    private static void copy(String resource, Path file) {
        try (InputStream in = UploadFaultsIT.class.getResourceAsStream(resource)) {
            Files.copy(in, file);
        } catch (IOException missing) {
            throw new UncheckedIOException(missing);
        }
    }
}
