package io.xg2g.ops;

import io.xg2g.dispatch.Dispatcher;
import io.xg2g.dispatch.QueueSnapshot;
import io.xg2g.ffmpeg.EncoderProbe;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/**
 * Readiness check: up while work is accepted and at least one device can encode, or a cluster's workers. A full queue is shown,
 * but does not make the service unready: requests are then answered with 503.
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
        now.workers().ifPresent(workers -> check.withData("workerSlots", workers.slots()));
        Optional<String> reason = reason(now);
        reason.ifPresent(why -> check.withData("reason", why));
        return check.status(reason.isEmpty()).build();
    }

    /** Returns why the program is not ready. A gateway of a cluster is, without a device: its requests wait for workers. */
    private Optional<String> reason(QueueSnapshot now) {
        if (!now.accepting()) {
            return Optional.of("shutting down");
        }
        if (probe.finished().isEmpty()) {
            return Optional.of("the devices are being probed");
        }
        if (now.workers().isPresent() || now.slots() > 0) {
            return Optional.empty();
        }
        return Optional.of(
                now.devices().isEmpty()
                        ? probe.problem().orElse("no device has a working encoder; see /api/v1/gpus")
                        : "the slots of every device are withheld after a fault");
    }
}
