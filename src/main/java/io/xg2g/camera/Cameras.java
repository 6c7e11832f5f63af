package io.xg2g.camera;

import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.xg2g.events.EventPublisher;
import io.xg2g.problem.ProblemType;
import io.xg2g.schedule.PeriodicTasks;
import io.xg2g.schedule.TimeSource;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicBoolean;

/** Registry of the running cameras. They run from the start of the program, or their addition, until their removal. */
@ApplicationScoped
public class Cameras {
    private static final Duration TICK = Duration.ofSeconds(1);

    /** Between the starts of two cameras: the start of a child takes a good part of a processor for a moment. */
    private static final Duration START_INTERVAL = Duration.ofMillis(100);

    private static final Duration MAX_START_DELAY = Duration.ofSeconds(10);

    /** Bound on the delivery of waiting frames at the shutdown. */
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

    private final CameraCatalog catalog;
    private final CameraSettings settings;
    private final PeriodicTasks tasks;
    private final CameraMetrics metrics;
    private final RunningCamera.Parts parts;
    private final Map<String, RunningCamera> running = new ConcurrentSkipListMap<>();
    private final AtomicBoolean ticking = new AtomicBoolean();
    private volatile boolean closing;

    Cameras(
            CameraCatalog catalog,
            CameraSettings settings,
            CameraFeeds feeds,
            CameraMetrics metrics,
            EventPublisher events,
            PeriodicTasks tasks,
            @Any Instance<FrameOutput> outputs,
            @Any Instance<CameraStatusListener> listeners) {
        this.catalog = catalog;
        this.settings = settings;
        this.tasks = tasks;
        this.metrics = metrics;
        List<FrameOutput> enabled =
                outputs.stream().filter(FrameOutput::enabled).toList();
        this.parts = new RunningCamera.Parts(
                feeds,
                settings,
                metrics,
                enabled.isEmpty() ? Optional.empty() : Optional.of(workers(settings, enabled)),
                listeners.stream().toList(),
                events::publish,
                TimeSource.SYSTEM);
    }

    private static FrameWorkers workers(CameraSettings settings, List<FrameOutput> outputs) {
        return new FrameWorkers(
                new FrameWorkers.Bounds(settings.workers(), settings.bufferBytes(), settings.inFlight()),
                outputs,
                Thread.ofVirtual().name("camera-worker-", 0).factory(),
                TimeSource.SYSTEM);
    }

    /** Creates the cameras of the configuration and the file, whose metrics exist from now on. */
    void begin(@Observes StartupEvent event) {
        int position = 0;
        for (Camera camera : catalog.all()) {
            Duration delay = START_INTERVAL.multipliedBy(position);
            create(camera, delay.compareTo(MAX_START_DELAY) < 0 ? delay : MAX_START_DELAY);
            position++;
        }
    }

    private synchronized RunningCamera create(Camera camera, Duration startDelay) {
        RunningCamera created = new RunningCamera(camera, parts, startDelay);
        running.put(camera.id(), created);
        parts.workers().ifPresent(workers -> workers.capacity(settings.buffer(running.size())));
        if (ticking.compareAndSet(false, true)) {
            parts.workers().ifPresent(workers -> metrics.observe(workers::stats));
            tasks.every(TICK, "cameras-tick", () -> running.values().forEach(RunningCamera::tick));
        }
        return created;
    }

    /** Adds, stores and starts a camera; a problem as of {@link CameraCatalog#add}. */
    RunningCamera add(CameraSpec spec) {
        if (closing) {
            throw ProblemType.SHUTTING_DOWN.with("the service is shutting down").asException();
        }
        Camera camera = catalog.add(spec);
        RunningCamera created = create(camera, Duration.ZERO);
        created.tick();
        return created;
    }

    /** Stops and removes a camera that was added; a problem as of {@link CameraCatalog#remove}. */
    void remove(String id) {
        catalog.remove(id);
        RunningCamera camera = running.remove(id);
        if (camera != null) {
            camera.stop();
            camera.forget();
            parts.workers().ifPresent(workers -> workers.capacity(settings.buffer(running.size())));
        }
    }

    /**
     * Returns a camera.
     *
     * @throws io.xg2g.problem.ProblemException if it does not exist
     */
    RunningCamera find(String id) {
        RunningCamera camera = running.get(id);
        if (camera == null) {
            throw CameraCatalog.unknown(id);
        }
        return camera;
    }

    /** Returns all cameras by id. */
    List<RunningCamera> all() {
        return new ArrayList<>(running.values());
    }

    /** Returns the status of all cameras by id. */
    public Map<String, CameraStatus> statuses() {
        Map<String, CameraStatus> statuses = new TreeMap<>();
        running.forEach((id, camera) -> statuses.put(id, camera.status()));
        return statuses;
    }

    /** Returns the statistics of the worker pool; all zero if there is no output. */
    FrameWorkers.Stats stats() {
        return parts.workers().map(FrameWorkers::stats).orElseGet(() -> new FrameWorkers.Stats(0, 0, 0, 0, 0, 0, 0));
    }

    boolean isClosing() {
        return closing;
    }

    /** Ends the streams of frames, so that they do not delay the shutdown. */
    void drain(@Observes ShutdownDelayInitiatedEvent event) {
        closing = true;
    }

    /** Stops all cameras, and delivers what waits. */
    void stop(@Observes @Priority(1) ShutdownEvent event) throws InterruptedException {
        closing = true;
        List<Thread> closes = running.values().stream()
                .map(camera -> Thread.ofVirtual().name("camera-stop").start(camera::stop))
                .toList();
        for (Thread each : closes) {
            each.join(CLOSE_TIMEOUT.multipliedBy(2));
        }
        if (parts.workers().isPresent()) {
            parts.workers().get().close(CLOSE_TIMEOUT);
        }
    }
}
