package io.xg2g.camera;

import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.xg2g.cluster.Lease;
import io.xg2g.cluster.Leases;
import io.xg2g.cluster.Members;
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
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Registry of the running cameras. They run from the start of the program, or their addition, until their removal; in a cluster each
 * one at one of the gateways.
 */
@ApplicationScoped
public class Cameras {
    private static final Duration TICK = Duration.ofSeconds(1);

    /** Between the starts of two cameras: the start of a child takes a good part of a processor for a moment. */
    private static final Duration START_INTERVAL = Duration.ofMillis(100);

    private static final Duration MAX_START_DELAY = Duration.ofSeconds(10);

    /** Bound on the delivery of waiting frames at the shutdown. */
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

    private final CameraCatalog catalog;
    private final boolean shared;
    private final CameraOwnership ownership;
    private final CameraSettings settings;
    private final PeriodicTasks tasks;
    private final CameraMetrics metrics;
    private final RunningCamera.Parts parts;
    private final Map<String, RunningCamera> running = new ConcurrentSkipListMap<>();
    private final AtomicBoolean ticking = new AtomicBoolean();

    /** Ids of the cameras that are stopping, and have metrics until then. */
    private final Set<String> ending = ConcurrentHashMap.newKeySet();

    /** Held while cameras are taken and given up. */
    private final ReentrantLock sharing = new ReentrantLock();

    private volatile boolean closing;

    Cameras(
            CameraCatalog catalog,
            CameraSettings settings,
            CameraFeeds feeds,
            CameraMetrics metrics,
            EventPublisher events,
            Leases leases,
            Members members,
            PeriodicTasks tasks,
            @Any Instance<FrameOutput> outputs,
            @Any Instance<CameraStatusListener> listeners) {
        this.catalog = catalog;
        this.shared = leases.isUsed();
        this.ownership = new CameraOwnership(leases, members, new Random());
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

    /** Creates the cameras of the configuration and the file, whose metrics exist from now on; a gateway, those that it takes. */
    void begin(@Observes StartupEvent event) {
        if (shared) {
            tasks.every(TICK, "cameras-share", this::share);
            return;
        }
        int position = 0;
        for (Camera camera : catalog.all().values()) {
            Duration delay = START_INTERVAL.multipliedBy(position);
            create(camera, alone(camera), delay.compareTo(MAX_START_DELAY) < 0 ? delay : MAX_START_DELAY);
            position++;
        }
    }

    private Lease alone(Camera camera) {
        return ownership.take(camera.id()).orElseThrow();
    }

    /** Creates the cameras that this gateway has taken, and ends those that it has given up, or that were removed or replaced. */
    private void share() {
        sharing.lock();
        try {
            if (closing) {
                return;
            }
            Map<String, Camera> all = catalog.all();
            Map<String, Lease> own = ownership.share(all);
            running.forEach((id, camera) -> {
                if (!own.containsKey(id) || !camera.camera().equals(all.get(id))) {
                    end(id, camera, !own.containsKey(id));
                }
            });
            own.forEach((id, lease) -> {
                Camera camera = all.get(id);
                if (camera != null && !running.containsKey(id) && !ending.contains(id)) {
                    create(camera, lease, Duration.ZERO);
                }
            });
        } finally {
            sharing.unlock();
        }
    }

    private void end(String id, RunningCamera camera, boolean release) {
        ending.add(id);
        if (!running.remove(id, camera)) {
            ending.remove(id);
            return;
        }
        Thread.ofVirtual().name("camera-stop").start(() -> {
            try {
                stop(camera);
                if (release) {
                    camera.release();
                }
            } finally {
                ending.remove(id);
            }
        });
    }

    private void stop(RunningCamera camera) {
        camera.stop();
        camera.forget();
        parts.workers().ifPresent(workers -> workers.capacity(settings.buffer(running.size())));
    }

    private synchronized RunningCamera create(Camera camera, Lease lease, Duration startDelay) {
        RunningCamera created = new RunningCamera(camera, lease, parts, startDelay);
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
        if (shared) {
            sharing.lock();
            try {
                var _ = ownership.take(camera.id());
            } finally {
                sharing.unlock();
            }
            share();
            return find(camera.id());
        }
        RunningCamera created = create(camera, alone(camera), Duration.ZERO);
        created.tick();
        return created;
    }

    /** Stops and removes a camera that was added; a problem as of {@link CameraCatalog#remove}. */
    void remove(String id) {
        catalog.remove(id);
        RunningCamera camera = running.remove(id);
        if (camera != null) {
            stop(camera);
            camera.release();
        }
    }

    /**
     * Returns a camera.
     *
     * @throws io.xg2g.problem.ProblemException if it does not exist, or another gateway captures it
     */
    RunningCamera find(String id) {
        RunningCamera camera = running.get(id);
        if (camera == null) {
            throw catalog.notHere(id);
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
                .map(camera -> Thread.ofVirtual().name("camera-stop").start(() -> {
                    camera.stop();
                    camera.release();
                }))
                .toList();
        for (Thread each : closes) {
            each.join(CLOSE_TIMEOUT.multipliedBy(2));
        }
        if (parts.workers().isPresent()) {
            parts.workers().get().close(CLOSE_TIMEOUT);
        }
    }
}
