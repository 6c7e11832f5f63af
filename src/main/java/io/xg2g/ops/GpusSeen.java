package io.xg2g.ops;

import io.xg2g.gpu.GpuCollector;
import io.xg2g.gpu.GpuState;
import io.xg2g.gpu.GpuStatus;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/** Readiness check that shows the state of GPU telemetry. Always up, since work is dispatched without telemetry too. */
@Readiness
@ApplicationScoped
class GpusSeen implements HealthCheck {
    private final GpuCollector collector;
    private final GpuStatus status;

    GpusSeen(GpuCollector collector, GpuStatus status) {
        this.collector = collector;
        this.status = status;
    }

    @Override
    public HealthCheckResponse call() {
        HealthCheckResponseBuilder check =
                HealthCheckResponse.named("gpu telemetry").withData("enabled", collector.isEnabled());
        collector.samplers().forEach((name, state) -> check.withData("sampler " + name, state));
        for (GpuState gpu : status.gpus()) {
            check.withData(
                    gpu.sample().gpu(),
                    gpu.stale() ? "stale: last seen " + gpu.age().toSeconds() + " s ago" : "seen");
        }
        return check.up().build();
    }
}
