package io.xg2g.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.ffmpeg.TestMedia;
import io.xg2g.schedule.Patience;
import io.xg2g.service.RunningCluster.Layout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import org.assertj.core.data.Percentage;
import org.awaitility.Awaitility;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What two gateways get of one worker with two slots of a simulated GPU, when more waits than it can do. */
@Tag("alone")
@Tag("nightly")
class ClusterSharesIT {
    private static final Logger LOG = Logger.getLogger(ClusterSharesIT.class);
    private static final Duration COST = Duration.ofMillis(400);
    private static final int WAITING = 10;

    /** Units of the channel that are measured. */
    private static final int UNITS = 20;

    /** Results that are counted for the shares. */
    private static final int RESULTS = 200;

    private static final Percentage TENTH = Percentage.withPercentage(10);

    @TempDir
    static Path directory;

    private static RunningCluster cluster;

    @BeforeAll
    static void start() throws Exception {
        cluster = RunningCluster.start(
                Path.of("target", "cluster-shares"),
                Layout.of(2, 1)
                        .onGateways(ClusterClient.identities("ada", "bob", "cleo"))
                        .onGateways(Map.of(
                                "xg2g.live.channels.tv.url",
                                Clips.mpeg2().toUri().toString(),
                                // Also on a slow machine every clip gets its turn.
                                "xg2g.gpu.queue.max-wait",
                                "30m"))
                        .onSimulatedGpus(Files.createDirectories(directory.resolve("gpu")), COST, 2));
    }

    @AfterAll
    static void end() {
        if (cluster != null) {
            cluster.close();
        }
    }

    private static ClusterClient at(int gateway, String name) {
        return new ClusterClient(cluster.gateway(gateway).api(""), ClusterClient.tokenOf(name));
    }

    private static ClusterLoad load(int clients, ClusterClient client, String priority) {
        return ClusterLoad.start(
                clients,
                () -> client.transcode("profile=480p&priority=" + priority, TestMedia.progressive())
                        .build());
    }

    @Test
    void aPlayingChannelWaitsForOneUnitAtMostWhileTheOtherGatewayIsFullOfPreviews() throws Exception {
        // Given a channel at one gateway, and previews that wait at the other
        try (HlsViewer viewer = at(1, "ada").watch("tv")) {
            WatchedChannel.awaitSegments(viewer, 3);
            ClusterMember playing = cluster.owner("tv");
            int other = 1 - cluster.gateways().indexOf(playing);
            ChannelWaits waits = new ChannelWaits(playing);
            ClusterLoad previews = load(2 * WAITING, at(other, "bob"), "preview");
            try (previews) {
                WatchedChannel.awaitMore(viewer, 3);
                waits.begin();
                int gaps = viewer.video().gaps();

                // When
                Awaitility.await("units of the channel and previews")
                        .atMost(Patience.seconds(10 * UNITS))
                        .until(() -> waits.look() >= UNITS && previews.results() >= UNITS);

                // Then
                assertThat(viewer.video().gaps()).isEqualTo(gaps);
                assertThat(viewer.violations()).isEmpty();
            }
            // All previews are answered.
            LOG.infof("%s; previews: %d, the longest %s", waits, previews.results(), previews.longestRun());
            assertThat(waits.longest())
                    .as("longest wait: no longer than the longest preview, and a round trip")
                    .isLessThan(previews.longestRun().plus(Patience.seconds(1)));
        }
    }

    /** Waits of the units of a channel, from the metrics of its gateway, which are read more often than units start. */
    private static final class ChannelWaits {
        private static final String WAITS = "xg2g_gpu_queue_wait_seconds_";
        private final ClusterMember gateway;
        private double firstCount;
        private double count;
        private double seconds;
        private double longest;

        private ChannelWaits(ClusterMember gateway) {
            this.gateway = gateway;
        }

        private void begin() {
            look();
            firstCount = count;
            longest = 0;
        }

        /** Returns the number of units since the beginning. */
        private int look() {
            String metrics =
                    RunningService.get(gateway.service().management("/metrics")).body();
            double newCount = RunningService.metricOf(metrics, WAITS + "count", "priority=\"2\"");
            double newSeconds = RunningService.metricOf(metrics, WAITS + "sum", "priority=\"2\"");
            if (newCount > count) {
                longest = Math.max(longest, (newSeconds - seconds) / (newCount - count));
            }
            count = newCount;
            seconds = newSeconds;
            return (int) (count - firstCount);
        }

        private Duration longest() {
            return Duration.ofNanos((long) (longest * 1e9));
        }

        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT, "units of the channel: %.0f, longest wait %.3f s", count - firstCount, longest);
        }
    }

    @Test
    void gatewaysWithEqualLoadGetEqualShares() {
        try (ClusterLoad first = load(WAITING, at(0, "ada"), "normal");
                ClusterLoad second = load(WAITING, at(1, "bob"), "normal")) {
            int[] shares = shares(first, second);
            assertThat(shares[0]).isCloseTo(shares[1], TENTH);
        }
    }

    /** Beside another client at the first gateway, a client at both gets what it and a third one at the second would get. */
    @Test
    void aClientOfTwoGatewaysGainsWhatASecondClientWould() {
        int[] two;
        try (ClusterLoad ada = load(WAITING, at(0, "ada"), "normal");
                ClusterLoad adaAgain = load(WAITING, at(1, "ada"), "normal");
                ClusterLoad bob = load(WAITING, at(0, "bob"), "normal")) {
            two = shares(ada, adaAgain, bob);
        }
        try (ClusterLoad ada = load(WAITING, at(0, "ada"), "normal");
                ClusterLoad cleo = load(WAITING, at(1, "cleo"), "normal");
                ClusterLoad bob = load(WAITING, at(0, "bob"), "normal")) {
            int[] three = shares(ada, cleo, bob);
            assertThat(shareOfLast(two)).isCloseTo(shareOfLast(three), TENTH);
        }
    }

    private static double shareOfLast(int... results) {
        return (double) results[results.length - 1] / Arrays.stream(results).sum();
    }

    /** Numbers of the results of loads that run at once, of {@link #RESULTS} in all. */
    private static int[] shares(ClusterLoad... loads) {
        Awaitility.await("results of each load")
                .atMost(Patience.seconds(60))
                .until(() -> Arrays.stream(results(loads)).allMatch(results -> results >= 2));
        int[] before = results(loads);
        int first = Arrays.stream(before).sum();
        Awaitility.await("results")
                .atMost(Patience.seconds(RESULTS))
                .until(() -> Arrays.stream(results(loads)).sum() >= first + RESULTS);
        int[] shares = results(loads);
        for (int i = 0; i < loads.length; i++) {
            shares[i] -= before[i];
            assertThat(loads[i].outcomes()).containsOnlyKeys("200");
        }
        LOG.infof("results: %s", Arrays.toString(shares));
        return shares;
    }

    private static int[] results(ClusterLoad... loads) {
        return Arrays.stream(loads).mapToInt(ClusterLoad::results).toArray();
    }
}
