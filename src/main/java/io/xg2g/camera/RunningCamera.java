package io.xg2g.camera;

import io.xg2g.camera.FrameWorkers.Lane;
import io.xg2g.cluster.Lease;
import io.xg2g.events.Event;
import io.xg2g.events.EventType;
import io.xg2g.schedule.TimeSource;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** A camera, its capture, its latest frame and its metrics, while the program runs. Thread-safe. */
final class RunningCamera implements CameraCapture.Listener {
    private static final Logger LOG = Logger.getLogger(RunningCamera.class);

    /**
     * Collaborators of all cameras.
     *
     * @param workers empty if there is no output
     * @param events receives events; must not block
     */
    record Parts(
            CameraFeeds feeds,
            CameraSettings settings,
            CameraMetrics metrics,
            Optional<FrameWorkers> workers,
            List<CameraStatusListener> listeners,
            Consumer<Event> events,
            TimeSource time) {}

    private final Camera camera;
    private final Lease lease;
    private final Parts parts;
    private final CameraCapture capture;
    private final CameraMetrics.OfCamera metrics;
    private final @Nullable Lane lane;
    private final LatestFrame latest = new LatestFrame();
    private final FrameRate rate = new FrameRate();
    private final AtomicBoolean started = new AtomicBoolean();

    /**
     * Creates a camera; {@link #tick} starts it.
     *
     * @param lease while it is not valid, another gateway can capture the camera, and frames are dropped
     * @param startDelay pause before its source is opened
     */
    RunningCamera(Camera camera, Lease lease, Parts parts, Duration startDelay) {
        this.camera = camera;
        this.lease = lease;
        this.parts = parts;
        Duration frameTimeout = frameTimeout(camera, parts.settings());
        this.capture = new CameraCapture(
                camera,
                () -> parts.feeds().open(camera, frameTimeout),
                this,
                new CameraCapture.Times(
                        startDelay, frameTimeout, parts.settings().frozenAfter()),
                parts.time(),
                () -> ThreadLocalRandom.current().nextDouble());
        this.metrics =
                parts.metrics().camera(camera.id(), () -> capture.status().state(), rate::perSecond, capture::drift);
        this.lane = parts.workers().map(workers -> workers.add(metrics)).orElse(null);
    }

    /** Returns the configured time without a frame, or that of three frames if the camera gives them more rarely. */
    static Duration frameTimeout(Camera camera, CameraSettings settings) {
        Duration three = Duration.ofMillis(Math.round(3_000 / camera.options().fps()));
        return three.compareTo(settings.frameTimeout()) > 0 ? three : settings.frameTimeout();
    }

    /**
     * Starts the capture with the first call, which is not before everything that can refuse to start has started. Must be
     * called about once a second.
     */
    void tick() {
        if (started.compareAndSet(false, true)) {
            capture.start();
        }
        capture.tick();
        rate.read(latest.get().map(Frame::sequence).orElse(0L), parts.time().nanoTime());
    }

    /** Ends the capture; blocks until its child has ended. Waiting frames are still delivered. */
    void stop() {
        capture.close();
    }

    /** Lets another gateway capture a stopped camera; does not block. */
    void release() {
        var _ = lease.release();
    }

    /** Drops the waiting frames of a stopped camera, and removes its metrics. */
    void forget() {
        if (lane != null) {
            lane.remove();
        }
        metrics.close();
    }

    Lease lease() {
        return lease;
    }

    Camera camera() {
        return camera;
    }

    CameraStatus status() {
        return capture.status();
    }

    LatestFrame latest() {
        return latest;
    }

    CameraMetrics.OfCamera metrics() {
        return metrics;
    }

    double framesPerSecond() {
        return rate.perSecond();
    }

    /** Returns the seconds by which the camera's clock is ahead; NaN if unknown. */
    double drift() {
        return capture.drift();
    }

    @Override
    public void frame(Frame frame) {
        if (!lease.isValid()) {
            metrics.dropped(1);
            return;
        }
        latest.set(frame);
        if (lane == null) {
            metrics.latest();
        } else {
            lane.submit(frame);
        }
    }

    @Override
    public void invalid() {
        metrics.damaged();
    }

    @Override
    public void changed(CameraStatus status) {
        String detail = status.reason();
        switch (status.state()) {
            case LOST, UNAUTHORIZED -> {
                LOG.warnf(
                        "camera lost: camera=%s, state=%s, detail=%s",
                        camera.id(), status.state().label(), detail);
                publish(EventType.CAMERA_LOST, "The camera gives no frames.", status);
            }
            case FROZEN -> {
                LOG.warnf(
                        "camera frozen: camera=%s, after=%s",
                        camera.id(), parts.settings().frozenAfter());
                publish(EventType.CAMERA_FROZEN, "All frames of the camera have the same content.", status);
            }
            case LIVE -> {
                LOG.infof("camera live: camera=%s", camera.id());
                publish(EventType.CAMERA_LIVE, "The camera gives frames.", status);
            }
            case STARTING, STOPPED -> {}
        }
        parts.listeners().forEach(listener -> listener.changed(status));
    }

    private void publish(EventType type, String message, CameraStatus status) {
        String reason = status.reason();
        parts.events()
                .accept(Event.of(
                        type,
                        camera.id(),
                        message,
                        reason == null
                                ? Map.of("state", status.state().label())
                                : Map.of("state", status.state().label(), "detail", reason)));
    }
}
