package io.xg2g.ops;

import io.xg2g.output.CameraOutputs;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/** Readiness check that shows the state of the cameras' outputs. Always up, since the cameras do not depend on them. */
@Readiness
@ApplicationScoped
class CameraOutputsSeen implements HealthCheck {
    private final CameraOutputs outputs;

    CameraOutputsSeen(CameraOutputs outputs) {
        this.outputs = outputs;
    }

    @Override
    public HealthCheckResponse call() {
        HealthCheckResponseBuilder check = HealthCheckResponse.named("camera-outputs");
        outputs.states().forEach(check::withData);
        if (outputs.states().isEmpty()) {
            check.withData("enabled", false);
        }
        return check.up().build();
    }
}
