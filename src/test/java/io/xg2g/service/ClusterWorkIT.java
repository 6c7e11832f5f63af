package io.xg2g.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import io.xg2g.ffmpeg.TestMedia;
import io.xg2g.service.RunningCluster.Layout;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Jobs and clips at two gateways with three workers, each with two slots of a simulated GPU. */
@Tag("alone")
@Tag("nightly")
class ClusterWorkIT {
    private static final Logger LOG = Logger.getLogger(ClusterWorkIT.class);
    private static final Duration COST = Duration.ofSeconds(2);
    private static final int SLOTS = 2;
    private static final int JOBS = 100;
    private static final int MEASURED = 40;

    /** Enough for all slots, with one that waits for each. */
    private static final int CLIENTS = 2 * 3 * SLOTS;

    @TempDir
    static Path directory;

    private static RunningCluster cluster;
    private static ClusterClient client;

    @BeforeAll
    static void start() throws Exception {
        cluster = RunningCluster.start(
                Path.of("target", "cluster-work"),
                Layout.of(2, 3)
                        .onGateways(ClusterClient.identities("ada"))
                        .onSimulatedGpus(Files.createDirectories(directory.resolve("gpu")), COST, SLOTS));
        client = new ClusterClient(cluster.uri(""), ClusterClient.tokenOf("ada"));
        // The simulated GPU has the outputs from then on.
        assertThat(RunningService.send(
                                client.transcode("profile=480p", TestMedia.progressive())
                                        .build(),
                                HttpResponse.BodyHandlers.discarding())
                        .statusCode())
                .isEqualTo(200);
    }

    @AfterAll
    static void end() {
        if (cluster != null) {
            cluster.close();
        }
    }

    /** Each request goes to the next gateway: the owner of a job is asked for it in half of the cases. */
    @Test
    void everyJobIsKnownAtBothGatewaysAndHasOneResult() throws Exception {
        List<String> ids = IntStream.range(0, JOBS)
                .mapToObj(i -> client.postJob("profile=480p", TestMedia.progressive(), "job-" + i))
                .map(answer -> {
                    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
                    return new JsonObject(answer.body()).getString("id");
                })
                .toList();

        assertThat(new HashSet<>(ids)).hasSize(JOBS);
        Set<Integer> sizes = new HashSet<>();
        for (String id : ids) {
            JsonObject job = client.awaitCompleted(id);
            // Asked twice: at one gateway and at the other.
            assertThat(client.job(id)).isEqualTo(job);
            sizes.add(client.sizeOfResult(job));
        }
        assertThat(sizes).as("sizes of the results of one clip").hasSize(1);
        assertThat(cluster.failedRequests(RunningCluster.Turns.REQUESTS)).isEmpty();
        LOG.infof("%.0f forwards for %d jobs", cluster.metric(cluster.gateways(), "xg2g_cluster_forwards_total"), JOBS);
    }

    @Test
    void threeWorkersHaveNearlyThreeTimesTheThroughputOfOne() throws Exception {
        int three = results();
        for (int i = 1; i < cluster.workers().size(); i++) {
            cluster.worker(i).beginStop();
        }
        for (int i = 1; i < cluster.workers().size(); i++) {
            cluster.worker(i).awaitStop();
        }
        try {
            int one = results();
            LOG.infof("%d results of three workers, %d of one, in %d s", three, one, MEASURED);
            assertThat((double) three / one).isGreaterThanOrEqualTo(2.8);
        } finally {
            cluster.worker(1).restart();
            cluster.worker(2).restart();
        }
    }

    /** Number of results in a time, while all slots are busy. */
    private static int results() throws InterruptedException {
        try (ClusterLoad load = ClusterLoad.start(
                CLIENTS,
                () -> client.transcode("profile=480p", TestMedia.progressive()).build())) {
            Thread.sleep(2 * COST.toMillis());
            int before = load.results();
            Thread.sleep(Duration.ofSeconds(MEASURED));
            int results = load.results() - before;
            assertThat(load.outcomes()).containsOnlyKeys("200");
            return results;
        }
    }
}
