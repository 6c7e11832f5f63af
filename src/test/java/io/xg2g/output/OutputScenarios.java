package io.xg2g.output;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.xg2g.connection.ConnectionException.Kind;
import io.xg2g.schedule.Patience;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** What the tests of outputs do with the servers, which are started at once. Closing it stops them. */
final class OutputScenarios implements AutoCloseable {
    final OutputServers servers = OutputServers.start();
    final Vertx vertx = Vertx.vertx();

    /** Starts the servers, and waits for them. */
    OutputScenarios() {
        Stream.of(Target.values()).forEach(target -> target.server(servers).await());
    }

    @Override
    public void close() {
        servers.close();
        vertx.close()
                .toCompletionStage()
                .toCompletableFuture()
                .orTimeout(Patience.seconds(20).toSeconds(), TimeUnit.SECONDS)
                .join();
    }

    /** A scenario with one target. */
    interface Scenario {
        void run(Target target) throws Exception;
    }

    /** Runs it with several targets at once. */
    static void withEach(Scenario scenario, Target... targets) throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<CompletableFuture<Void>> running = new ArrayList<>();
            for (Target target : targets) {
                running.add(CompletableFuture.runAsync(
                        () -> {
                            try {
                                scenario.run(target);
                            } catch (Exception | AssertionError failed) {
                                throw new AssertionError(target + ": " + failed.getMessage(), failed);
                            }
                        },
                        threads));
            }
            CompletableFuture.allOf(running.toArray(CompletableFuture[]::new)).get(1, TimeUnit.HOURS);
        }
    }

    /** Goes on delivering until the server accepts again, and compares what arrives. */
    void recovers(Target target, OutputUnderTest output) throws Exception {
        output.awaitAccepting();
        try (FrameConsumer consumer = FrameConsumer.start(target, servers, vertx)) {
            output.accepted.clear();
            int sequence = 1000;
            while (output.accepted.size() < 20) {
                output.deliver(new TestFrame("tor", sequence++))
                        .handle((_, _) -> null)
                        .get(Patience.seconds(30).toSeconds(), TimeUnit.SECONDS);
                if (sequence > 10_000) {
                    throw new AssertionError("no recovery: " + output.state());
                }
            }
            consumer.awaitAll(output.accepted);
            assertThat(consumer.wrong).isEmpty();
        }
    }

    static void deliverFor(OutputUnderTest output, String camera, Duration duration) throws Exception {
        long end = System.nanoTime() + duration.toNanos();
        for (int sequence = 0; System.nanoTime() - end < 0; sequence++) {
            output.deliver(new TestFrame(camera, sequence));
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    static void deliverUntilBlocked(OutputUnderTest output) throws Exception {
        long sequence = 0;
        while (output.state().accepts()) {
            CompletableFuture<?> delivery = output.deliver(new TestFrame("garten", sequence++));
            Awaitility.await()
                    .atMost(Patience.seconds(30))
                    .pollInterval(Duration.ofMillis(5))
                    .until(() -> delivery.isDone() || !output.state().accepts());
        }
        assertThat(output.state().connected()).isTrue();
        assertThat(output.state().reason()).contains("accepts nothing");
        output.deliver(new TestFrame("garten", sequence));
        output.awaitDeliveries();
        assertThat(output.failures(Kind.BLOCKED)).isPositive();
    }

    /** Starts an output for a server. */
    OutputUnderTest start(Target target, Map<String, String> further) {
        return target.start(vertx, target.server(servers).port(), OutputServers.PASSWORD, further);
    }
}
