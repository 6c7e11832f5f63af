package io.xg2g.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.schedule.Patience;
import io.xg2g.service.MatrixPlayer.Kind;
import io.xg2g.service.RunningCluster.Layout;
import io.xg2g.service.RunningCluster.Turns;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A minute of HLS, DASH and {@code stream.ts} with players that know nothing of the gateways behind the proxy: no request fails, and
 * no picture is older than one before it.
 */
@Tag("alone")
@Tag("nightly")
class ClusterPlaybackIT {
    private static final Logger LOG = Logger.getLogger(ClusterPlaybackIT.class);
    private static final Path DIRECTORY = Path.of("target", "cluster-playback");
    private static final int WATCHED = 60;
    private static final int FRAMES = WATCHED * PictureCounter.RATE;

    /** Longest time for which a picture may stand. */
    private static final double STILL = 1.5;

    @TempDir
    static Path directory;

    private static PlayerPages pages;
    private static TsServer source;
    private static RunningCluster cluster;
    private static Chromium browser;

    @BeforeAll
    static void start() throws IOException {
        pages = PlayerPages.start();
        source = TsServer.start(PictureCounter.mpeg2(), PictureCounter.SECONDS);
        cluster = RunningCluster.start(
                DIRECTORY,
                Layout.of(2, 3)
                        .onGateways(ClusterClient.identities("ada"))
                        .onGateways(Map.of(
                                "xg2g.live.channels.tv.url", source.uri().toString(),
                                "quarkus.http.cors.enabled", "true",
                                "quarkus.http.cors.origins", pages.origin()))
                        .onWorkers(Map.of("xg2g.gpu.software.slots", "1")));
        browser = Chromium.start(directory);
    }

    @AfterAll
    static void end() {
        Stream.of(browser, cluster, source, pages).forEach(part -> {
            try {
                if (part != null) {
                    part.close();
                }
            } catch (Exception stuck) {
                throw new AssertionError(stuck);
            }
        });
    }

    @ParameterizedTest
    @EnumSource
    void everyPlayerPlaysAndNoRequestFails(Turns turns) throws Exception {
        ClusterClient client = new ClusterClient(cluster.uri(turns, ""), ClusterClient.tokenOf("ada"));
        try (HlsViewer viewer = client.watch("tv")) {
            // Players find a playlist of some length.
            WatchedChannel.awaitSegments(viewer, 15);
            int failures = viewer.video().failures() + viewer.audio().failures();
            URI hls = client.playback("tv", "hls", "");
            URI dash = client.playback("tv", "dash", "");
            URI ts = client.playback("tv", "ts", "?mode=gpu");

            List<Process> decoders = new ArrayList<>();
            try (MatrixPlayer hlsJs = Kind.HLS_JS.start(hls.toString(), browser, pages, directory);
                    MatrixPlayer shaka = Kind.SHAKA.start(dash.toString(), browser, pages, directory)) {
                for (MatrixPlayer player : List.of(hlsJs, shaka)) {
                    Awaitility.await("a picture")
                            .atMost(Patience.seconds(60))
                            .until(() -> player.shown().latest().isPresent());
                }
                TimeUnit.SECONDS.sleep(3);
                long from = System.nanoTime();
                decoders.add(decode(turns, "hls", hls));
                decoders.add(decode(turns, "dash", dash));
                decoders.add(decode(turns, "ts", ts));
                TimeUnit.SECONDS.sleep(WATCHED);
                long to = System.nanoTime();

                for (MatrixPlayer player : List.of(hlsJs, shaka)) {
                    LOG.infof("%s: advanced %.1f s", turns, player.shown().advanced(from, to));
                    assertThat(player.shown().faults(from, to, STILL * Patience.factor()))
                            .as(player.said())
                            .isEmpty();
                }
            } finally {
                for (Process decoder : decoders) {
                    assertThat(decoder.waitFor(Patience.seconds(WATCHED).toSeconds(), TimeUnit.SECONDS))
                            .as("ffmpeg ends")
                            .isTrue();
                }
            }

            for (String protocol : List.of("hls", "dash", "ts")) {
                assertDecoded(turns, protocol);
            }
            assertThat(viewer.violations()).isEmpty();
            assertThat(viewer.video().failures() + viewer.audio().failures())
                    .as("%s, %s", viewer.video(), viewer.audio())
                    .isEqualTo(failures);
            assertThat(viewer.video().discontinuities()).isZero();
            assertNoRequestFailed(turns);
        }
    }

    /** Starts a decoder of a minute, which writes a line for each frame. */
    private static Process decode(Turns turns, String protocol, URI url) throws IOException {
        Path frames = Files.createDirectories(DIRECTORY).toAbsolutePath().resolve(name(turns, protocol) + ".crc");
        return new ProcessBuilder(
                        "ffmpeg",
                        "-nostdin",
                        "-nostats",
                        "-y",
                        "-v",
                        "level+warning",
                        "-i",
                        url.toString(),
                        "-map",
                        "0:v:0",
                        "-t",
                        Integer.toString(WATCHED),
                        "-f",
                        "framecrc",
                        frames.toString())
                .redirectErrorStream(true)
                .redirectOutput(
                        DIRECTORY.resolve(name(turns, protocol) + ".log").toFile())
                .start();
    }

    private static void assertDecoded(Turns turns, String protocol) throws IOException {
        String said = Files.readString(DIRECTORY.resolve(name(turns, protocol) + ".log"));
        assertThat(said.lines().filter(line -> line.contains("HTTP error") || line.contains("corrupt")))
                .as(protocol)
                .isEmpty();
        assertThat(Files.readAllLines(DIRECTORY.resolve(name(turns, protocol) + ".crc")))
                .as(protocol)
                .hasSizeGreaterThan(FRAMES * 9 / 10);
    }

    private static String name(Turns turns, String protocol) {
        return protocol + "-" + turns;
    }

    /** Neither a client nor the proxy has seen a failure, and both gateways have answered. */
    private static void assertNoRequestFailed(Turns turns) {
        List<String> requests = cluster.requests(turns);
        assertThat(cluster.failedRequests(turns)).isEmpty();
        assertThat(requests).noneMatch(line -> line.matches("\\S+ \\d+ \"[^\"]*5\\d\\d[^\"]*\" .*"));
        for (ClusterMember gateway : cluster.gateways()) {
            assertThat(requests).anyMatch(line -> line.contains("127.0.0.1:" + gateway.port()));
        }
    }
}
