package io.xg2g.telemetry;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.function.Supplier;

/** The measurements of the measurements. */
@ApplicationScoped
class TelemetryMetrics {
    private final MeterRegistry registry;
    private final Counter live;
    private final Counter replayed;

    TelemetryMetrics(MeterRegistry registry, TelemetryRepository repository) {
        this.registry = registry;
        this.live = points(Origin.LIVE);
        this.replayed = points(Origin.REPLAY);
        gauge("xg2g.telemetry.series", "Series that are kept", repository::seriesCount);
        gauge("xg2g.telemetry.memory.bytes", "Memory that the series take", repository::bytes);
    }

    /** The number of running replays, asked at each scrape. */
    void observeReplays(Supplier<Number> running) {
        gauge("xg2g.telemetry.replays", "Recordings that are being replayed", running);
    }

    void stored(Origin origin) {
        (origin == Origin.LIVE ? live : replayed).increment();
    }

    private Counter points(Origin origin) {
        return Counter.builder("xg2g.telemetry.points")
                .description("Points that were stored")
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
