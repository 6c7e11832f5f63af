package io.xg2g.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.http.ServerProcess;
import io.xg2g.schedule.Patience;
import io.xg2g.service.RunningCluster.Layout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Parts of a cluster that are killed or stopped while channels play and jobs arrive, {@code -Dcluster.rounds} times each: viewers have
 * their next segment in time, numbers of segments never go back, and each job has one result.
 */
@Tag("alone")
@Tag("nightly")
class ClusterFaultsIT {
    private static final Logger LOG = Logger.getLogger(ClusterFaultsIT.class);
    private static final int ROUNDS = Integer.getInteger("cluster.rounds", 5);
    private static final int CHANNELS = 3;
    private static final Duration COST = Duration.ofMillis(200);
    private static final Duration PAUSE = Duration.ofSeconds(10);

    /** Longest times without a new segment, in seconds, beside the time for which a server is away. */
    private static final double USUAL_WAIT = 6;

    private static final double WAIT_FOR_A_DEAD_OWNER = 12;

    @TempDir
    static Path directory;

    private static RunningCluster cluster;
    private static ClusterClient client;

    private List<HlsViewer> viewers;
    private ClusterJobs jobs;

    /** What happens in a round. */
    enum Fault {
        WORKER_KILLED {
            @Override
            Duration happen(int round) {
                ClusterMember worker = cluster.worker(round % cluster.workers().size());
                worker.kill();
                return afterwards(worker);
            }
        },
        WORKER_STOPPED {
            @Override
            Duration happen(int round) {
                ClusterMember worker = cluster.worker(round % cluster.workers().size());
                worker.beginStop();
                worker.awaitStop();
                return afterwards(worker);
            }
        },
        OWNER_KILLED {
            @Override
            Duration happen(int round) {
                ClusterMember owner = cluster.owner("c" + round % CHANNELS);
                owner.kill();
                return afterwards(owner);
            }

            @Override
            double longestWait() {
                return WAIT_FOR_A_DEAD_OWNER;
            }

            /** A segment that was listed a moment before is gone with it. */
            @Override
            boolean explains(String violation) {
                return violation.matches("(?s).* is listed and answered with 50[23]");
            }
        },
        OWNER_STOPPED {
            @Override
            Duration happen(int round) {
                ClusterMember owner = cluster.owner("c" + round % CHANNELS);
                owner.beginStop();
                owner.awaitStop();
                return afterwards(owner);
            }
        },
        BROKER_KILLED {
            @Override
            Duration happen(int round) {
                return away(cluster.broker(), ServerProcess::kill);
            }
        },
        BROKER_STOPPED {
            @Override
            Duration happen(int round) {
                return away(cluster.broker(), ServerProcess::terminate);
            }
        },
        REDIS_KILLED {
            @Override
            Duration happen(int round) {
                return away(cluster.redis(), ServerProcess::kill);
            }
        },
        REDIS_STOPPED {
            @Override
            Duration happen(int round) {
                return away(cluster.redis(), ServerProcess::terminate);
            }
        };

        /** Has it happen, and returns for how long a server was away. */
        abstract Duration happen(int round);

        double longestWait() {
            return USUAL_WAIT;
        }

        /** Returns whether what a viewer saw is what the fault costs. */
        boolean explains(String violation) {
            return false;
        }

        /** The other members take over first. */
        private static Duration afterwards(ClusterMember ended) {
            pause(Duration.ofSeconds(8));
            ended.restart();
            return Duration.ZERO;
        }

        private static Duration away(ServerProcess server, Consumer<ServerProcess> end) {
            long began = System.nanoTime();
            end.accept(server);
            server.start();
            server.await();
            return Duration.ofNanos(System.nanoTime() - began);
        }
    }

    @BeforeAll
    static void start() throws IOException {
        Map<String, String> channels = new TreeMap<>();
        for (int i = 0; i < CHANNELS; i++) {
            channels.put(
                    "xg2g.live.channels.c" + i + ".url", Clips.mpeg2().toUri().toString());
        }
        cluster = RunningCluster.start(
                Path.of("target", "cluster-faults"),
                Layout.of(2, 3)
                        .onGateways(ClusterClient.identities("ada"))
                        .onGateways(channels)
                        // Many rounds take longer than results are kept.
                        .onGateways(Map.of("xg2g.transcode.keep", "6h"))
                        .onSimulatedGpus(Files.createDirectories(directory.resolve("gpu")), COST, 2));
        client = new ClusterClient(cluster.uri(""), ClusterClient.tokenOf("ada"));
    }

    @AfterAll
    static void end() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @BeforeEach
    void play() {
        viewers = IntStream.range(0, CHANNELS)
                .mapToObj(i -> client.watch("c" + i))
                .toList();
        viewers.forEach(viewer -> WatchedChannel.awaitSegments(viewer, 3));
        jobs = ClusterJobs.start(client);
    }

    @AfterEach
    void stop() {
        viewers.forEach(HlsViewer::close);
        jobs.close();
    }

    @ParameterizedTest
    @EnumSource
    void viewersAndJobsSurvive(Fault fault) {
        double longest = 0;
        for (int round = 0; round < ROUNDS; round++) {
            viewers.forEach(viewer -> viewer.video().buffer().forgetWaits());
            Duration away = fault.happen(round);
            viewers.forEach(viewer -> WatchedChannel.awaitMore(viewer, 2));
            for (HlsViewer viewer : viewers) {
                double waited = viewer.video().buffer().longestWait();
                longest = Math.max(longest, waited);
                assertThat(waited)
                        .as("round %d: %s", round, viewer.video())
                        .isLessThan(away.toMillis() / 1000.0 + fault.longestWait() * Patience.factor());
                assertThat(viewer.violations().stream().filter(violation -> !fault.explains(violation)))
                        .as("round %d", round)
                        .isEmpty();
            }
        }
        int completed = jobs.awaitAll();
        LOG.infof(
                "%s: %d rounds, longest wait %.1f s, %d jobs completed, refused: %s",
                fault, ROUNDS, longest, completed, jobs.refused());
    }

    /** The owner does not notice that it has lost its channels while it is stopped for longer than its lease. */
    @Test
    void aPausedOwnerDoesNotPublishAfterItsLease() {
        for (int round = 0; round < ROUNDS; round++) {
            ClusterMember owner = cluster.owner("c0");
            ClusterMember other = cluster.gateways().stream()
                    .filter(gateway -> gateway != owner)
                    .findFirst()
                    .orElseThrow();
            try (HlsViewer atOther = new ClusterClient(other.api(""), client.token()).watch("c0")) {
                WatchedChannel.awaitSegments(atOther, 2);
                atOther.video().buffer().forgetWaits();

                owner.pause();
                pause(PAUSE);
                WatchedChannel.awaitMore(atOther, 2);
                owner.resume();

                // The same viewer at the proxy: what the former owner answers must fit.
                try (HlsViewer atBoth = client.watch("c0")) {
                    WatchedChannel.awaitSegments(atBoth, 4);
                    WatchedChannel.awaitMore(atOther, 2);
                    assertThat(atBoth.violations()).isEmpty();
                }
                assertThat(atOther.violations()).as("round %d", round).isEmpty();
                assertThat(atOther.video().buffer().longestWait())
                        .as("round %d: %s", round, atOther.video())
                        .isLessThan(WAIT_FOR_A_DEAD_OWNER * Patience.factor());
                assertThat(cluster.owner("c0")).isSameAs(other);
                viewers.forEach(viewer -> WatchedChannel.awaitMore(viewer, 2));
                viewers.forEach(viewer -> assertThat(viewer.violations()).isEmpty());
            }
        }
        jobs.awaitAll();
    }

    private static void pause(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new AssertionError(stopped);
        }
    }
}
