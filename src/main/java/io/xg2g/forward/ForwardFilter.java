package io.xg2g.forward;

import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.xg2g.cluster.ClusterSettings;
import io.xg2g.cluster.Role;
import io.xg2g.schedule.PeriodicTasks;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import java.time.Duration;

/** Filter of a gateway in front of its resources. A program on its own has none. */
@Singleton
class ForwardFilter {
    /** Follows the checks of Host and origin, and the CORS headers of live channels; precedes authentication and rate limits. */
    private static final int PRIORITY = 780;

    private static final Duration PERIOD = Duration.ofSeconds(1);

    private final boolean gateway;

    /** Not created by a program on its own. */
    private final Provider<Forwarder> forwarder;

    ForwardFilter(ClusterSettings settings, Provider<Forwarder> forwarder) {
        this.gateway = settings.role() == Role.GATEWAY;
        this.forwarder = forwarder;
    }

    void register(@Observes Filters filters) {
        if (gateway) {
            filters.register(exchange -> forwarder.get().handle(exchange), PRIORITY);
        }
    }

    void start(@Observes StartupEvent event, PeriodicTasks tasks) {
        if (gateway) {
            tasks.every(PERIOD, "gateways-probe", forwarder.get()::probe);
        }
    }

    void drain(@Observes ShutdownDelayInitiatedEvent event) {
        if (gateway) {
            forwarder.get().close();
        }
    }
}
