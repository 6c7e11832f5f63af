package io.xg2g.ops;

import io.xg2g.ffmpeg.EncoderProbe;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Startup;

/** Startup check: up when the devices have been probed. */
@Startup
@ApplicationScoped
class ProbeDone implements HealthCheck {
    private final EncoderProbe probe;

    ProbeDone(EncoderProbe probe) {
        this.probe = probe;
    }

    @Override
    public HealthCheckResponse call() {
        HealthCheckResponseBuilder check = HealthCheckResponse.named("encoder probe");
        return probe.finished().isPresent()
                ? check.withData("ffmpeg", probe.ffmpegVersion()).up().build()
                : check.down().build();
    }
}
