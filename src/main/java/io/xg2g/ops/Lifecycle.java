package io.xg2g.ops;

import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.scheduler.Scheduler;
import io.xg2g.config.ConfigBounds;
import io.xg2g.dispatch.DeviceCapacity;
import io.xg2g.dispatch.Dispatcher;
import io.xg2g.dispatch.SlotAllocator;
import io.xg2g.ffmpeg.EncoderProbe;
import io.xg2g.ffmpeg.FfmpegTranscoder;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.List;

/** Brings the devices into use when the service starts, and ends the work in order when it stops. */
@ApplicationScoped
class Lifecycle {
    /** After everything that can still refuse to start. */
    static final int LAST = Integer.MAX_VALUE;

    private static final int FIRST = 0;

    private final Duration grace;
    private final Dispatcher dispatcher;
    private final Scheduler scheduler;
    private final Thread installer;

    Lifecycle(
            OpsConfig config,
            EncoderProbe probe,
            SlotAllocator plan,
            Dispatcher dispatcher,
            FfmpegTranscoder transcoder,
            Scheduler scheduler) {
        this.grace = ConfigBounds.duration(
                "xg2g.shutdown-grace", config.shutdownGrace(), Duration.ZERO, Duration.ofHours(1));
        this.dispatcher = dispatcher;
        this.scheduler = scheduler;
        this.installer = Thread.ofVirtual().name("device-installer").unstarted(() -> {
            List<DeviceCapacity> slots = plan.slots(probe.reports());
            transcoder.unitsAtOnce(
                    slots.stream().mapToInt(DeviceCapacity::slots).sum());
            dispatcher.install(slots);
        });
    }

    /** The probe goes on in the background: requests may come meanwhile and wait, and readiness says so. */
    void start(@Observes @Priority(LAST) StartupEvent event) {
        installer.start();
    }

    /**
     * Scheduled methods are called from now on ({@code quarkus.scheduler.start-mode}): none is while something, a port for
     * instance, can still refuse to start.
     */
    void started() {
        scheduler.resume();
    }

    /** Waits until the devices have been probed and are in use. */
    void awaitDevices() throws InterruptedException {
        installer.join();
    }

    /**
     * The first thing on SIGTERM: waiting clients get their answer, new ones are turned away, and what has not finished
     * within the grace time is stopped and answered too. The HTTP layer waits for those answers
     * ({@link DerivedSettings}).
     */
    void drain(@Observes ShutdownDelayInitiatedEvent event) {
        StopSignals.shutdownBegun();
        dispatcher.drain();
        Thread.ofVirtual().name("shutdown-grace").start(() -> close(grace));
    }

    /** Before anything is closed: no scheduled method is called any longer. */
    void pauseSchedules(@Observes @Priority(FIRST) ShutdownEvent event) {
        scheduler.pause();
    }

    /** The last thing: nothing runs any longer. */
    void stop(@Observes ShutdownEvent event) {
        close(Duration.ZERO);
    }

    private void close(Duration within) {
        try {
            dispatcher.close(within);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
