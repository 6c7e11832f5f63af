package io.xg2g.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.ffmpeg.TestMedia;
import io.xg2g.schedule.Patience;
import io.xg2g.security.Keycloak;
import io.xg2g.service.RunningCluster.Layout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Workers that are taken away under load, and gateways that are replaced one after the other: no answer is cut off, and a channel plays
 * on; with API tokens and with a provider.
 */
@Tag("alone")
@Tag("nightly")
class ClusterDrainIT {
    private static final int CLIENTS = 12;

    /** Longest time without a new segment while the owner of a channel stops, in seconds. */
    private static final double LONGEST_WAIT = 6;

    @TempDir
    Path directory;

    @Test
    void withApiTokensNoAnswerIsCutOff() throws Exception {
        assertNoAnswerIsCutOff(ClusterClient.identities("ada"), () -> ClusterClient.tokenOf("ada"));
    }

    @Test
    void withOpenIdConnectNoAnswerIsCutOff() throws Exception {
        try (Keycloak keycloak = Keycloak.start()) {
            Map<String, String> provider = Map.of(
                    "xg2g.security.oidc.issuer", keycloak.issuer("xg2g"),
                    "xg2g.security.oidc.audience", "xg2g",
                    "xg2g.security.oidc.roles-claim", "realm_access/roles");
            assertNoAnswerIsCutOff(provider, () -> keycloak.token("xg2g", "player", "olaf"));
        }
    }

    private void assertNoAnswerIsCutOff(Map<String, String> identities, Supplier<String> token) throws Exception {
        Layout layout = Layout.of(2, 3)
                .onGateways(identities)
                .onGateways(Map.of(
                        "xg2g.live.channels.tv.url", Clips.mpeg2().toUri().toString(), "xg2g.shutdown-grace", "1m"))
                .onWorkers(Map.of("xg2g.shutdown-grace", "1m"))
                .onSimulatedGpus(Files.createDirectories(directory.resolve("gpu")), Duration.ofMillis(700), 2);
        try (RunningCluster cluster = RunningCluster.start(Path.of("target", "cluster-drain"), layout)) {
            ClusterClient client = new ClusterClient(cluster.uri(""), token.get());
            try (HlsViewer viewer = client.watch("tv");
                    ClusterLoad load = ClusterLoad.start(CLIENTS, () -> new ClusterClient(client.base(), token.get())
                            .transcode("profile=480p", TestMedia.progressive())
                            .build())) {
                WatchedChannel.awaitSegments(viewer, 3);
                awaitResults(load);
                viewer.video().buffer().forgetWaits();

                // When two of three workers are taken away
                for (int i = 1; i < 3; i++) {
                    cluster.worker(i).beginStop();
                    cluster.worker(i).awaitStop();
                    awaitResults(load);
                }
                cluster.worker(1).restart();
                // And each gateway is replaced
                for (ClusterMember gateway : cluster.gateways()) {
                    gateway.beginStop();
                    gateway.awaitStop();
                    awaitResults(load);
                    gateway.restart();
                    awaitResults(load);
                }

                // Then
                WatchedChannel.awaitMore(viewer, 3);
                assertThat(load.outcomes()).containsKey("200").satisfies(outcomes -> assertThat(outcomes.keySet())
                        .isSubsetOf("200", "503 shutting-down"));
                assertThat(viewer.violations()).isEmpty();
                assertThat(viewer.video().buffer().longestWait())
                        .as("%s", viewer.video())
                        .isLessThan(LONGEST_WAIT * Patience.factor());
                cluster.members().forEach(member -> assertThat(member.log()).doesNotContain(" ERROR "));
            }
        }
    }

    private static void awaitResults(ClusterLoad load) {
        int wanted = load.results() + CLIENTS;
        Awaitility.await("results").atMost(Patience.seconds(120)).until(() -> load.results() >= wanted);
    }
}
