package io.xg2g.dispatch;

import io.xg2g.schedule.TimeSource;
import io.smallrye.mutiny.Uni;
import io.xg2g.dispatch.DevicePool.DeviceState;
import io.xg2g.ffmpeg.Failure;
import io.xg2g.gpu.Device;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jboss.logging.Logger;

/**
 * Each device's breaker: after a fault it gets nothing until its probe passes again, after a capacity failure no more
 * than it runs for a while.
 */
final class DeviceRecovery {
    static final Duration FIRST_PROBE = Duration.ofSeconds(30);
    static final Duration LAST_PROBE = Duration.ofMinutes(5);
    static final Duration NARROWED = Duration.ofSeconds(10);
    private static final Logger LOG = Logger.getLogger(DeviceRecovery.class);

    private final DevicePool pool;
    private final TimeSource time;
    private final Function<Device, Uni<Boolean>> probe;
    private final Consumer<Runnable> change;
    private volatile boolean closed;

    /**
     * Makes a recovery.
     *
     * @param probe whether a device is well; must not block
     * @param change makes a change to the pool under the dispatcher's lock, and uses the slots that it frees
     */
    DeviceRecovery(DevicePool pool, TimeSource time, Function<Device, Uni<Boolean>> probe, Consumer<Runnable> change) {
        this.pool = pool;
        this.time = time;
        this.probe = probe;
        this.change = change;
    }

    /** Restrains the device that failed a unit, and plans its return. The dispatcher's lock is held. */
    void afterFailure(DeviceState device, Failure failure) {
        boolean full = failure.kind() == Failure.Kind.DEVICE_CAPACITY && device.running() > 0;
        if (full ? pool.narrow(device, failure.detail()) : pool.setAside(device, failure.detail())) {
            LOG.warnf(
                    "device restrained gpu=%s reason=%s",
                    device.device.id(), failure.kind().code());
            if (full) {
                time.schedule(NARROWED, () -> change.accept(() -> pool.widen(device)));
            } else {
                planProbe(device, FIRST_PROBE);
            }
        }
    }

    /** Nothing is probed any longer. */
    void close() {
        closed = true;
    }

    private void planProbe(DeviceState device, Duration delay) {
        time.schedule(delay, () -> reprobe(device, delay));
    }

    private void reprobe(DeviceState device, Duration delay) {
        if (closed) {
            return;
        }
        Uni.createFrom()
                .deferred(() -> probe.apply(device.device))
                .onFailure()
                .invoke(bug -> LOG.errorf(bug, "probe failed unexpectedly gpu=%s", device.device.id()))
                .onFailure()
                .recoverWithItem(false)
                .subscribe()
                .with(well -> probed(device, delay, well));
    }

    private void probed(DeviceState device, Duration delay, boolean well) {
        if (well) {
            LOG.infof("device is well again gpu=%s", device.device.id());
            change.accept(() -> pool.restore(device));
        } else {
            Duration next = delay.multipliedBy(2);
            planProbe(device, next.compareTo(LAST_PROBE) > 0 ? LAST_PROBE : next);
        }
    }
}
