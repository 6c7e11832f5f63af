package io.xg2g.cluster;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Metrics of the slots of workers that a gateway gets. Thread-safe. */
final class RemoteMetrics {
    private static final Duration[] BUCKETS = Stream.of(1, 2, 5, 10, 25, 50, 100, 250, 1_000, 2_500)
            .map(Duration::ofMillis)
            .toArray(Duration[]::new);

    private final Counter returned;
    private final Timer hop;

    /**
     * Registers them.
     *
     * @param workers returns the number of workers with slots
     */
    RemoteMetrics(MeterRegistry registry, Supplier<Number> workers) {
        returned = Counter.builder("xg2g.cluster.slots.returned")
                .description(
                        "Offers of slots that this gateway gave back: nothing waited any more, or the worker is avoided")
                .register(registry);
        hop = Timer.builder("xg2g.cluster.hop")
                .description("Time from the receipt of an offer to the worker's confirmation that the unit has begun")
                .serviceLevelObjectives(BUCKETS)
                .register(registry);
        Gauge.builder("xg2g.cluster.members", workers)
                .tag("role", "worker")
                .description("Members of the cluster that this one knows")
                .register(registry);
    }

    void returned() {
        returned.increment();
    }

    void started(Duration hopped) {
        hop.record(hopped);
    }
}
