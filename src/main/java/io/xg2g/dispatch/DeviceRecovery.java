package io.xg2g.dispatch;

import io.smallrye.mutiny.Uni;
import io.xg2g.dispatch.DevicePool.DeviceState;
import io.xg2g.events.Event;
import io.xg2g.events.EventType;
import io.xg2g.ffmpeg.Failure;
import io.xg2g.gpu.Device;
import io.xg2g.schedule.TimeSource;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jboss.logging.Logger;

/**
 * Circuit breaker of the devices. After a fault a device gets no unit until it passes its probe, which is repeated with
 * exponential backoff from {@link #FIRST_PROBE} to {@link #LAST_PROBE}. After a capacity failure it gets no more units than it
 * runs, for {@link #LIMITED_FOR}.
 *
 * <pre>
 *             capacity failure                    fault
 *   limited &lt;------------------ all slots ------------------&gt; disabled
 *      |        10 s               ^  ^      probe passed         |
 *      +---------------------------+  +---------------------------+
 * </pre>
 */
final class DeviceRecovery {
    static final Duration FIRST_PROBE = Duration.ofSeconds(30);
    static final Duration LAST_PROBE = Duration.ofMinutes(5);
    static final Duration LIMITED_FOR = Duration.ofSeconds(10);
    private static final Logger LOG = Logger.getLogger(DeviceRecovery.class);

    private final DevicePool pool;
    private final TimeSource time;
    private final Function<Device, Uni<Boolean>> probe;
    private final Consumer<Runnable> change;
    private final Consumer<Event> events;
    private volatile boolean closed;

    /**
     * Creates the circuit breaker.
     *
     * @param probe returns whether a device works; must not block
     * @param change applies a change to the pool under the dispatcher's lock, and fills the slots that it frees
     * @param events receives the events of the devices; must not block
     */
    DeviceRecovery(
            DevicePool pool,
            TimeSource time,
            Function<Device, Uni<Boolean>> probe,
            Consumer<Runnable> change,
            Consumer<Event> events) {
        this.pool = pool;
        this.time = time;
        this.probe = probe;
        this.change = change;
        this.events = events;
    }

    /** Withdraws slots of a device that failed a unit and schedules their return. Called under the dispatcher's lock. */
    void afterFailure(DeviceState device, Failure failure, DeferredActions deferred) {
        boolean full = failure.kind() == Failure.Kind.DEVICE_CAPACITY && device.running() > 0;
        if (full ? pool.limitToRunning(device, failure.detail()) : pool.disable(device, failure.detail())) {
            deferred.then(() -> withdrawn(device.device, failure, full));
            if (full) {
                time.schedule(LIMITED_FOR, () -> change.accept(() -> pool.liftLimit(device)));
            } else {
                scheduleProbe(device, FIRST_PROBE);
            }
        }
    }

    private void withdrawn(Device device, Failure failure, boolean full) {
        LOG.warnf(
                "device %s: gpu=%s reason=%s",
                full ? "limited" : "disabled", device.id(), failure.kind().code());
        if (!full) {
            events.accept(Event.of(
                    EventType.DEVICE_DISABLED,
                    device.id(),
                    "The device failed and gets no more units until it passes its probe.",
                    Map.of(
                            "name", device.name(),
                            "reason", failure.kind().code(),
                            "detail", failure.detail())));
        }
    }

    /** Stops all probes. */
    void close() {
        closed = true;
    }

    private void scheduleProbe(DeviceState device, Duration delay) {
        time.schedule(delay, () -> reprobe(device, delay));
    }

    private void reprobe(DeviceState device, Duration delay) {
        if (closed) {
            return;
        }
        Uni.createFrom()
                .deferred(() -> probe.apply(device.device))
                .onFailure()
                .invoke(bug -> LOG.errorf(bug, "probe threw: gpu=%s", device.device.id()))
                .onFailure()
                .recoverWithItem(false)
                .subscribe()
                .with(healthy -> probed(device, delay, healthy));
    }

    private void probed(DeviceState device, Duration delay, boolean healthy) {
        if (healthy) {
            LOG.infof("device restored: gpu=%s", device.device.id());
            change.accept(() -> pool.restore(device));
            events.accept(Event.of(
                    EventType.DEVICE_RESTORED,
                    device.device.id(),
                    "The device passed its probe and gets units again.",
                    Map.of("name", device.device.name())));
        } else {
            Duration next = delay.multipliedBy(2);
            scheduleProbe(device, next.compareTo(LAST_PROBE) > 0 ? LAST_PROBE : next);
        }
    }
}
