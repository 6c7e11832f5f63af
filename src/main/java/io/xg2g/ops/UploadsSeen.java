package io.xg2g.ops;

import io.xg2g.upload.Uploads;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/** Readiness check that shows the state of the uploads. Always up, since playback does not depend on them. */
@Readiness
@ApplicationScoped
class UploadsSeen implements HealthCheck {
    private final Uploads uploads;

    UploadsSeen(Uploads uploads) {
        this.uploads = uploads;
    }

    @Override
    public HealthCheckResponse call() {
        HealthCheckResponseBuilder check = HealthCheckResponse.named("uploads");
        uploads.state()
                .ifPresentOrElse(
                        state -> check.withData("windows waiting", state.waiting())
                                .withData(
                                        "oldest age seconds", state.oldestAge().toSeconds())
                                .withData("windows dropped", state.dropped())
                                .withData(
                                        "target",
                                        state.failure()
                                                .map(reason -> "fails: " + reason)
                                                .orElse("works")),
                        () -> check.withData("enabled", false));
        return check.up().build();
    }
}
