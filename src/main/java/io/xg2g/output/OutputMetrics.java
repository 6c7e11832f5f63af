package io.xg2g.output;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.xg2g.connection.ConnectionException;
import io.xg2g.connection.ConnectionKeeper;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/** Metrics of the deliveries to one output. Thread-safe. */
final class OutputMetrics {
    private static final Duration[] BUCKETS = {
        Duration.ofMillis(1),
        Duration.ofMillis(2),
        Duration.ofMillis(5),
        Duration.ofMillis(10),
        Duration.ofMillis(20),
        Duration.ofMillis(50),
        Duration.ofMillis(100),
        Duration.ofMillis(500),
        Duration.ofSeconds(2),
        Duration.ofSeconds(5)
    };

    private final Timer delivered;
    private final Map<ConnectionException.Kind, Counter> failed = new EnumMap<>(ConnectionException.Kind.class);

    /**
     * Registers the metrics.
     *
     * @param output label: what is delivered where
     * @param inFlight returns the number of deliveries that have begun and not ended
     */
    OutputMetrics(MeterRegistry registry, String output, IntSupplier inFlight) {
        delivered = Timer.builder("xg2g.camera.output")
                .tag("output", output)
                .description("Duration of successful deliveries to an output of the cameras")
                .serviceLevelObjectives(BUCKETS)
                .register(registry);
        for (ConnectionException.Kind kind : ConnectionException.Kind.values()) {
            failed.put(
                    kind,
                    Counter.builder("xg2g.camera.output.failures")
                            .tag("output", output)
                            .tag("reason", kind.code())
                            .description("Deliveries to an output of the cameras that failed, and were not repeated")
                            .register(registry));
        }
        Gauge.builder("xg2g.camera.output.in.flight", inFlight::getAsInt)
                .tag("output", output)
                .description("Deliveries to an output of the cameras that wait for their answers")
                .register(registry);
    }

    /** Registers the gauge of a connection. */
    static void observeConnection(MeterRegistry registry, String output, Supplier<ConnectionKeeper.State> state) {
        Gauge.builder("xg2g.camera.output.connected", () -> state.get().accepts() ? 1 : 0)
                .tag("output", output)
                .description("1 while an output of the cameras is connected and accepts deliveries, otherwise 0")
                .register(registry);
    }

    void delivered(long nanos) {
        delivered.record(Duration.ofNanos(nanos));
    }

    void failed(ConnectionException.Kind kind) {
        Objects.requireNonNull(failed.get(kind)).increment();
    }
}
