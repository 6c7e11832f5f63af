package io.xg2g.telemetry;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.function.Supplier;

/** Metrics of the telemetry itself. */
@ApplicationScoped
class TelemetryMetrics {
    private final MeterRegistry registry;
    private final Counter live;
    private final Counter replayed;

    TelemetryMetrics(MeterRegistry registry, TelemetryRepository repository) {
        this.registry = registry;
        this.live = points(Origin.LIVE);
        this.replayed = points(Origin.REPLAY);
        gauge("xg2g.telemetry.series", "Number of stored series", repository::seriesCount);
        gauge("xg2g.telemetry.memory.bytes", "Memory of all series", repository::bytes);
    }

    /** Registers the number of running replays, read at each scrape. */
    void observeReplays(Supplier<Number> running) {
        gauge("xg2g.telemetry.replays", "Number of running replays", running);
    }

    void stored(Origin origin) {
        (origin == Origin.LIVE ? live : replayed).increment();
    }

    private Counter points(Origin origin) {
        return Counter.builder("xg2g.telemetry.points")
                .description("Number of stored points")
                .tag("origin", origin.label())
                .register(registry);
    }

    private void gauge(String name, String description, Supplier<Number> value) {
        Gauge.builder(name, value)
                .description(description)
                .strongReference(true)
                .register(registry);
    }
}
