package io.xg2g.cluster;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.function.Supplier;

/** Metrics of the connections of a member to the servers that the cluster shares; none for a program on its own. */
@Singleton
class ConnectionMetrics {

    void register(
            @Observes StartupEvent event,
            ClusterSettings settings,
            SlotBroker broker,
            Members members,
            MeterRegistry registry) {
        if (settings.shared().isPresent()) {
            register(registry, "broker", broker::unavailable);
        }
        if (settings.role() == Role.GATEWAY) {
            register(registry, "redis", members::unavailable);
        }
    }

    /** Registers the metric of a server; {@code unavailable} returns why it is away, or nothing. */
    static void register(MeterRegistry registry, String server, Supplier<Optional<String>> unavailable) {
        Gauge.builder("xg2g.cluster.connected", () -> unavailable.get().isEmpty() ? 1 : 0)
                .tag("server", server)
                .description("1 if this member is connected to the server, otherwise 0")
                .register(registry);
    }
}
