package io.xg2g.output;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import io.xg2g.camera.FrameOutput;
import io.xg2g.connection.ConnectionException;
import io.xg2g.connection.ConnectionKeeper;
import io.xg2g.schedule.Patience;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** A started output, and what became of the frames that were delivered to it. */
final class OutputUnderTest implements AutoCloseable {
    final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    final Set<TestFrame> accepted = ConcurrentHashMap.newKeySet();
    final Set<TestFrame> failed = ConcurrentHashMap.newKeySet();

    final Broker broker;
    private final Target target;
    private final Duration timeout;
    private final FrameOutput output;
    private final List<CompletableFuture<?>> deliveries = Collections.synchronizedList(new ArrayList<>());

    OutputUnderTest(Target target, OutputSettings settings, Vertx vertx) {
        this.target = target;
        timeout = settings.timeout();
        broker = new Broker(settings, vertx, registry);
        output = target.output(settings, broker, vertx, registry);
        broker.start(() -> {});
        if (output instanceof RedisOutput redis) {
            redis.start();
        }
    }

    ConnectionKeeper.State state() {
        return output instanceof RedisOutput redis
                ? redis.state().orElseThrow()
                : broker.state().orElseThrow();
    }

    void awaitAccepting() {
        Awaitility.await(target + " accepts").atMost(Patience.seconds(60)).until(() -> state().accepts());
    }

    CompletableFuture<?> deliver(TestFrame frame) {
        CompletableFuture<?> delivery = output.deliver(frame.frame())
                .whenComplete((_, failure) -> (failure == null ? accepted : failed).add(frame))
                .toCompletableFuture();
        deliveries.add(delivery);
        return delivery;
    }

    /** Waits until every delivery has ended: by its deadline, whatever the server does. */
    void awaitDeliveries() throws Exception {
        List<CompletableFuture<?>> begun = List.copyOf(deliveries);
        CompletableFuture.allOf(begun.toArray(CompletableFuture[]::new))
                .handle((_, _) -> null)
                .get(timeout.plus(Patience.seconds(10)).toMillis(), TimeUnit.MILLISECONDS);
        assertThat(accepted.size() + failed.size()).isEqualTo(begun.size());
        assertThat(counted()).as("failures counted").isEqualTo(failed.size());
        assertThat(registry.get("xg2g.camera.output")
                        .tag("output", output.name())
                        .timer()
                        .count())
                .as("deliveries counted")
                .isEqualTo(accepted.size());
        assertThat(registry.get("xg2g.camera.output.in.flight")
                        .tag("output", output.name())
                        .gauge()
                        .value())
                .isZero();
    }

    private long counted() {
        return (long) registry.get("xg2g.camera.output.failures").tag("output", output.name()).counters().stream()
                .mapToDouble(Counter::count)
                .sum();
    }

    /** Number of failures for a reason. */
    long failures(ConnectionException.Kind kind) {
        return (long) registry.get("xg2g.camera.output.failures")
                .tag("output", output.name())
                .tag("reason", kind.code())
                .counter()
                .count();
    }

    @Override
    public void close() {
        if (output instanceof RedisOutput redis) {
            redis.close();
        }
        broker.close();
    }
}
