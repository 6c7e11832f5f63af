package io.xg2g.dispatch;

import io.xg2g.dispatch.DevicePool.Lane;
import io.xg2g.ffmpeg.Failure;
import io.xg2g.gpu.Device;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jboss.logging.Logger;

/**
 * Each device's breaker: after a fault it gets nothing until its probe passes again, after a capacity failure no more
 * than it runs for a while.
 */
final class DeviceRecovery {
    private static final Duration FIRST_PROBE = Duration.ofSeconds(30);
    private static final Duration LAST_PROBE = Duration.ofMinutes(5);
    private static final Duration NARROWED = Duration.ofSeconds(10);
    private static final Logger LOG = Logger.getLogger(DeviceRecovery.class);

    private final Timer timer;
    private final Predicate<Device> isWell;
    private final Consumer<Lane> restore;

    /**
     * Makes a recovery.
     *
     * @param isWell probes a device; may block for seconds and is called on a virtual thread of its own
     * @param restore gives a device its slots back; must not be called under the dispatcher's lock
     */
    DeviceRecovery(Timer timer, Predicate<Device> isWell, Consumer<Lane> restore) {
        this.timer = timer;
        this.isWell = isWell;
        this.restore = restore;
    }

    /** Restrains the device that failed a unit, and plans its return. The dispatcher's lock is held. */
    void afterFailure(DevicePool pool, Lane lane, Failure failure) {
        boolean full = failure.kind() == Failure.Kind.DEVICE_CAPACITY && lane.running() > 0;
        if (full ? pool.narrow(lane, failure.detail()) : pool.setAside(lane, failure.detail())) {
            LOG.warnf(
                    "device restrained gpu=%s reason=%s",
                    lane.device.id(), failure.kind().code());
            if (full) {
                timer.schedule(NARROWED.toNanos(), () -> restore.accept(lane));
            } else {
                planProbe(lane, FIRST_PROBE);
            }
        }
    }

    private void planProbe(Lane lane, Duration delay) {
        timer.schedule(
                delay.toNanos(),
                () -> Thread.ofVirtual().name("probe-" + lane.device.id()).start(() -> probe(lane, delay)));
    }

    private void probe(Lane lane, Duration delay) {
        boolean well = false;
        try {
            well = isWell.test(lane.device);
        } catch (RuntimeException bug) {
            LOG.errorf(bug, "probe failed unexpectedly gpu=%s", lane.device.id());
        }
        if (well) {
            LOG.infof("device is well again gpu=%s", lane.device.id());
            restore.accept(lane);
        } else {
            Duration next = delay.multipliedBy(2);
            planProbe(lane, next.compareTo(LAST_PROBE) > 0 ? LAST_PROBE : next);
        }
    }
}
