package io.xg2g.bus;

import io.micrometer.prometheus.PrometheusConfig;
import io.micrometer.prometheus.PrometheusMeterRegistry;
import io.xg2g.schedule.TimeSource;
import java.time.Duration;

/** Factory of a bus as in production. */
public final class BusForBench {
    private BusForBench() {}

    @SuppressWarnings("deprecation") // Quarkus 3.34 still brings the client library that Micrometer replaces.
    public static Bus bus() {
        Bus bus = new LocalBus(
                new BusSettings(1_000, 100, Duration.ofSeconds(10)),
                TimeSource.SYSTEM,
                new PrometheusMeterRegistry(PrometheusConfig.DEFAULT));
        bus.start();
        return bus;
    }
}
