package io.xg2g.camera;

import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.xg2g.cluster.Lease;
import io.xg2g.cluster.Leases;
import io.xg2g.cluster.Members;
import io.xg2g.cluster.Ownership;
import io.xg2g.events.EventPublisher;
import io.xg2g.problem.Unavailable;
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
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
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
    private final Leases leases;
    private final CameraOwnership ownership;
    private final CameraSettings settings;
    private final PeriodicTasks tasks;
    private final CameraMetrics metrics;
    private final RunningCamera.Parts parts;
    private final Map<String, RunningCamera> running = new ConcurrentSkipListMap<>();
    private final AtomicBoolean ticking = new AtomicBoolean();

    /** By id, the cameras that are stopping, and have metrics until then: completed when others of that id can be created. */
    private final Map<String, CompletableFuture<Boolean>> ending = new ConcurrentHashMap<>();

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
        this.leases = leases;
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
        if (leases.isUsed()) {
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
        return switch (leases.acquire(Leases.camera(camera.id())).join()) {
            case Ownership.Held(Lease lease) -> lease;
            case Ownership other -> throw new IllegalStateException("a program on its own has all leases: " + other);
        };
    }

    /** Creates the cameras that this gateway has taken, and ends those that it has given up, or that were removed or replaced. */
    private void share() {
        sharing.lock();
        try {
            if (closing) {
                return;
            }
            Map<String, Camera> all = catalog.all();
            Map<String, Lease> before = ownership.held();
            Map<String, Lease> own = ownership.share(all);
            running.forEach((id, camera) -> {
                boolean given = !camera.lease().equals(own.get(id));
                if (given || !camera.camera().equals(all.get(id))) {
                    end(id, camera, given)
                            .ifPresent(end ->
                                    Thread.ofVirtual().name("camera-stop").start(end));
                }
            });
            before.forEach((id, lease) -> {
                if (!lease.equals(own.get(id))) {
                    // Also of a camera that was to be created when an earlier one has stopped.
                    releaseAfterEnd(id, lease);
                }
            });
            own.forEach((id, lease) -> {
                Camera camera = all.get(id);
                if (camera != null && !running.containsKey(id) && !ending.containsKey(id)) {
                    create(camera, lease, Duration.ZERO);
                }
            });
        } finally {
            sharing.unlock();
        }
    }

    private void releaseAfterEnd(String id, Lease lease) {
        var _ = ending.getOrDefault(id, CompletableFuture.completedFuture(true)).thenCompose(_ -> lease.release());
    }

    /** Takes a camera out; returns what ends it, and blocks until it has stopped. Empty if it is ending already. */
    private Optional<Runnable> end(String id, RunningCamera camera, boolean release) {
        CompletableFuture<Boolean> ended = new CompletableFuture<>();
        CompletableFuture<Boolean> known =
                ending.compute(id, (_, before) -> before == null && running.remove(id, camera) ? ended : before);
        if (known != ended) {
            return Optional.empty();
        }
        return Optional.of(() -> {
            try {
                stop(camera);
            } finally {
                if (release) {
                    camera.release();
                }
                ending.remove(id);
                ended.complete(true);
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

    /**
     * A camera that was added.
     *
     * @param here empty if another gateway captures it, or is going to: its channel may be there
     */
    record Added(String id, Optional<RunningCamera> here) {}

    /** Adds, stores and starts a camera; a problem as of {@link CameraCatalog#add}. */
    Added add(CameraSpec spec) {
        if (closing) {
            throw Unavailable.shuttingDown().asException();
        }
        Camera camera = catalog.add(spec);
        // One that was just removed has the lease and the metrics until it has stopped.
        ending.getOrDefault(camera.id(), CompletableFuture.completedFuture(true))
                .join();
        if (leases.isUsed()) {
            sharing.lock();
            try {
                ownership.take(camera.id());
            } finally {
                sharing.unlock();
            }
            share();
            return new Added(camera.id(), Optional.ofNullable(running.get(camera.id())));
        }
        RunningCamera created = createAlone(camera);
        created.tick();
        return new Added(camera.id(), Optional.of(created));
    }

    /** Creates a camera in a program on its own, unless it was removed meanwhile. */
    private synchronized RunningCamera createAlone(Camera camera) {
        return running.containsKey(camera.id()) || !catalog.all().containsKey(camera.id())
                ? find(camera.id())
                : create(camera, alone(camera), Duration.ZERO);
    }

    /** Stops and removes a camera that was added; a problem as of {@link CameraCatalog#remove}. */
    void remove(String id) {
        catalog.remove(id);
        takenOut(id).ifPresent(Runnable::run);
    }

    /** As {@link #end}; after a creation that has begun. */
    private synchronized Optional<Runnable> takenOut(String id) {
        return Optional.ofNullable(running.get(id)).flatMap(camera -> end(id, camera, true));
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
