package io.xg2g.ops;

import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.scheduler.Scheduler;
import io.xg2g.cluster.ClusterSettings;
import io.xg2g.cluster.Role;
import io.xg2g.cluster.SlotBroker;
import io.xg2g.config.ConfigBounds;
import io.xg2g.dispatch.DeviceCapacity;
import io.xg2g.dispatch.Dispatcher;
import io.xg2g.dispatch.SlotAllocator;
import io.xg2g.events.ProgramEvents;
import io.xg2g.ffmpeg.EncoderProbe;
import io.xg2g.ffmpeg.FfmpegTranscoder;
import io.xg2g.http.InheritedSocket;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.List;

/** Installs the devices when the service starts, and stops its work in order when it ends. */
@ApplicationScoped
class Lifecycle {
    /** Priority of observers that run after everything that can refuse to start. */
    static final int LAST = Integer.MAX_VALUE;

    private static final int FIRST = 0;

    private final Duration grace;
    private final Dispatcher dispatcher;
    private final SlotBroker slots;
    private final Scheduler scheduler;
    private final ProgramEvents events;
    private final Thread installer;

    Lifecycle(
            OpsConfig config,
            EncoderProbe probe,
            SlotAllocator allocator,
            ClusterSettings cluster,
            SlotBroker slots,
            Dispatcher dispatcher,
            FfmpegTranscoder transcoder,
            Scheduler scheduler,
            ProgramEvents events) {
        this.grace = ConfigBounds.duration(
                "xg2g.shutdown-grace", config.shutdownGrace(), Duration.ZERO, Duration.ofHours(1));
        this.dispatcher = dispatcher;
        this.slots = slots;
        this.scheduler = scheduler;
        this.events = events;
        this.installer = Thread.ofVirtual().name("device-installer").unstarted(() -> {
            List<DeviceCapacity> devices = allocator.slots(probe.reports(), cluster.role() != Role.WORKER);
            transcoder.unitsAtOnce(
                    devices.stream().mapToInt(DeviceCapacity::slots).sum());
            dispatcher.install(devices);
        });
    }

    /**
     * Starts the installation of devices. The encoder probe continues in the background: requests are queued meanwhile,
     * and the service is not ready.
     */
    void start(@Observes @Priority(LAST) StartupEvent event) {
        installer.start();
    }

    /**
     * Starts scheduled methods ({@code quarkus.scheduler.start-mode}). They do not run while something, for instance a
     * port, can still refuse to start.
     */
    void started() {
        InheritedSocket.requireUse();
        scheduler.resume();
        events.started();
    }

    /** Blocks until the devices have been probed and installed. */
    void awaitDevices() throws InterruptedException {
        installer.join();
    }

    /**
     * Runs first on SIGTERM: waiting requests are answered, new ones are refused, and units that do not finish within
     * the grace time are stopped and answered. The HTTP layer waits for these responses ({@link DerivedSettings}).
     */
    void drain(@Observes ShutdownDelayInitiatedEvent event) {
        StopSignals.shutdownBegun();
        dispatcher.drain();
        Thread.ofVirtual().name("shutdown-grace").start(() -> close(grace));
    }

    /** Runs last on SIGTERM: the HTTP layer closes when no request is in progress, and waits for no connection that was just accepted. */
    void leaveConnections(@Observes @Priority(LAST) ShutdownDelayInitiatedEvent event) {
        InheritedSocket.stopAccepting();
    }

    /** Stops scheduled methods before anything is closed. */
    void pauseSchedules(@Observes @Priority(FIRST) ShutdownEvent event) {
        scheduler.pause();
    }

    /**
     * Stops what is still running. The HTTP layer has waited for responses to clients; those to gateways, of the units that a worker
     * encodes for them, are waited for here.
     */
    void stop(@Observes ShutdownEvent event) {
        try {
            slots.awaitIdle(grace.plus(DerivedSettings.RESPONSE_TIME));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        close(Duration.ZERO);
        events.stopped();
    }

    private void close(Duration within) {
        try {
            dispatcher.close(within);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
