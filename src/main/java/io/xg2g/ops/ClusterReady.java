package io.xg2g.ops;

import io.xg2g.cluster.ClusterSettings;
import io.xg2g.cluster.Members;
import io.xg2g.cluster.Role;
import io.xg2g.cluster.SlotBroker;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/**
 * Readiness check that says why a member of a cluster has no broker or no Redis. A worker without a broker is down. A gateway stays up:
 * all gateways lose a server at the same moment, and what they can do without it goes on.
 */
@Readiness
@ApplicationScoped
class ClusterReady implements HealthCheck {
    private final ClusterSettings settings;
    private final SlotBroker broker;
    private final Members members;

    ClusterReady(ClusterSettings settings, SlotBroker broker, Members members) {
        this.settings = settings;
        this.broker = broker;
        this.members = members;
    }

    @Override
    public HealthCheckResponse call() {
        HealthCheckResponseBuilder check = HealthCheckResponse.named("cluster");
        if (settings.role() == Role.ALL) {
            return check.up().build();
        }
        check.withData("role", settings.role().name().toLowerCase(Locale.ROOT));
        broker.workers().ifPresent(number -> check.withData("workers", number));
        String reason = Stream.of(broker.unavailable(), members.unavailable())
                .flatMap(Optional::stream)
                .collect(Collectors.joining("; "));
        if (!reason.isEmpty()) {
            check.withData("reason", reason);
        }
        return check.status(reason.isEmpty() || settings.role() == Role.GATEWAY).build();
    }
}
