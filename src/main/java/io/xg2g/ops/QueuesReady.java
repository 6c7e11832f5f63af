package io.xg2g.ops;

import io.xg2g.durability.DurableQueues;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/** Readiness check: up while no durable queue refuses items because its files were deleted by another program. */
@Readiness
@ApplicationScoped
class QueuesReady implements HealthCheck {
    private final DurableQueues queues;

    QueuesReady(DurableQueues queues) {
        this.queues = queues;
    }

    @Override
    public HealthCheckResponse call() {
        Map<String, String> displaced = queues.displaced();
        HealthCheckResponseBuilder check = HealthCheckResponse.named("queues").status(displaced.isEmpty());
        displaced.forEach((queue, reason) -> check.withData(queue, "files deleted by another program: " + reason));
        return check.build();
    }
}
