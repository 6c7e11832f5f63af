package io.xg2g.ops;

import io.xg2g.process.WorkDirectory;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/** Readiness check: up while the work directory has space for another request. */
@Readiness
@ApplicationScoped
class DiskReady implements HealthCheck {
    private final WorkDirectory work;

    DiskReady(WorkDirectory work) {
        this.work = work;
    }

    @Override
    public HealthCheckResponse call() {
        HealthCheckResponseBuilder check = HealthCheckResponse.named("disk");
        return work.unavailable()
                .map(reason -> check.withData("reason", reason).down())
                .orElseGet(check::up)
                .build();
    }
}
