package io.xg2g.ops;

import io.xg2g.camera.CameraStatus;
import io.xg2g.camera.Cameras;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.stream.Collectors;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/** Readiness check that shows the states of the cameras. Always up, since nothing else depends on them. */
@Readiness
@ApplicationScoped
class CamerasSeen implements HealthCheck {
    /** Maximum number of cameras that are named. */
    private static final int MAX_NAMED = 20;

    private final Cameras cameras;

    CamerasSeen(Cameras cameras) {
        this.cameras = cameras;
    }

    @Override
    public HealthCheckResponse call() {
        Map<String, CameraStatus> statuses = cameras.statuses();
        HealthCheckResponseBuilder check = HealthCheckResponse.named("cameras").withData("cameras", statuses.size());
        if (!statuses.isEmpty()) {
            check.withData(
                    "live",
                    statuses.values().stream().filter(CamerasSeen::isLive).count());
        }
        String others = statuses.values().stream()
                .filter(status -> !isLive(status))
                .limit(MAX_NAMED)
                .map(status -> status.camera() + ": " + status.state().label()
                        + (status.reason() == null ? "" : ", " + status.reason()))
                .collect(Collectors.joining("; "));
        if (!others.isEmpty()) {
            check.withData("not live", others);
        }
        return check.up().build();
    }

    private static boolean isLive(CameraStatus status) {
        return status.state() == CameraStatus.State.LIVE;
    }
}
