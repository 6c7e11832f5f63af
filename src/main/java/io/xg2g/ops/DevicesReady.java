package io.xg2g.ops;

import io.xg2g.dispatch.Dispatcher;
import io.xg2g.dispatch.QueueSnapshot;
import io.xg2g.ffmpeg.EncoderProbe;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/**
 * Readiness check: up while work is accepted and at least one device can encode. A full queue is shown, but does not
 * make the service unready: requests are then answered with 503.
 */
@Readiness
@ApplicationScoped
class DevicesReady implements HealthCheck {
    private final Dispatcher dispatcher;
    private final EncoderProbe probe;

    DevicesReady(Dispatcher dispatcher, EncoderProbe probe) {
        this.dispatcher = dispatcher;
        this.probe = probe;
    }

    @Override
    public HealthCheckResponse call() {
        QueueSnapshot now = dispatcher.snapshot();
        HealthCheckResponseBuilder check = HealthCheckResponse.named("devices")
                .withData("slots", now.slots())
                .withData("running", now.running())
                .withData("waiting", now.waitingTotal())
                .withData("capacity", now.capacity());
        for (QueueSnapshot.DeviceLoad device : now.devices()) {
            check.withData(device.id(), device.trouble().isEmpty() ? "healthy" : device.trouble());
        }
        if (!now.accepting()) {
            check.withData("reason", "shutting down");
        } else if (probe.finished().isEmpty()) {
            check.withData("reason", "the devices are being probed");
        } else if (now.devices().isEmpty()) {
            check.withData("reason", probe.problem().orElse("no device has a working encoder; see /api/v1/gpus"));
        } else if (now.slots() == 0) {
            check.withData("reason", "the slots of every device are withheld after a fault");
        }
        return check.status(now.accepting() && now.slots() > 0).build();
    }
}
