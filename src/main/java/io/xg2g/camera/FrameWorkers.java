package io.xg2g.camera;

import io.xg2g.camera.FrameRing.Waiting;
import io.xg2g.schedule.TimeSource;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jboss.logging.Logger;

/**
 * Worker pool that delivers the frames of all cameras to every output.
 *
 * <p>Each camera has a lane: a bounded ring of waiting frames, of which the oldest is dropped when it is full. Workers
 * take one frame of each camera that has any, in turn. A delivery is asynchronous: a worker only starts it, so that an
 * output that does not answer occupies the frames in flight of each camera, and no worker. The frames of a camera are
 * started in their order.
 *
 * <p>One lock guards everything; under it no output is called. Thread-safe.
 */
final class FrameWorkers {
    private static final Logger LOG = Logger.getLogger(FrameWorkers.class);

    /**
     * Bounds of the pool.
     *
     * @param workers number of threads
     * @param bufferBytes maximum size of a camera's waiting frames
     * @param inFlight maximum number of a camera's frames in delivery
     */
    record Bounds(int workers, long bufferBytes, int inFlight) {}

    /**
     * Statistics since the start.
     *
     * @param workers number of threads
     * @param queue frames that wait
     * @param capacity frames that may wait
     * @param processing frames in delivery
     * @param successes frames that every output has accepted
     * @param errors frames that an output has not accepted
     * @param dropped frames that were dropped from a full buffer
     */
    record Stats(int workers, int queue, int capacity, int processing, long successes, long errors, long dropped) {}

    /** Observer of a camera's frames. Called without the pool's lock, must not block. */
    interface Observer {
        /** Called when every output has accepted a frame. */
        void published(Duration latency);

        /** Called when frames do not reach every output. */
        void dropped(int frames);
    }

    /** Frames of one camera. All fields are guarded by the pool's lock. */
    final class Lane {
        private final Observer observer;
        private final FrameRing ring = new FrameRing();
        private int inFlight;
        private boolean starting;
        private boolean removed;

        private Lane(Observer observer) {
            this.observer = observer;
        }

        /** Adds a frame; never blocks. */
        void submit(Frame frame) {
            FrameWorkers.this.submit(this, frame);
        }

        /** Drops the waiting frames; those in delivery are completed. */
        void remove() {
            FrameWorkers.this.remove(this);
        }
    }

    private final Bounds bounds;
    private final List<FrameOutput> outputs;
    private final ThreadFactory threads;
    private final TimeSource time;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition work = lock.newCondition();
    private final Condition idle = lock.newCondition();
    private final Set<Lane> lanes = new LinkedHashSet<>();
    private final Deque<Lane> ready = new ArrayDeque<>();
    private final List<Thread> running = new ArrayList<>();
    private int capacity;
    private int processing;
    private long successes;
    private long errors;
    private long dropped;
    private boolean closing;
    private boolean closed;

    /**
     * Creates a pool without threads: they are started with the first lane.
     *
     * @param outputs at least one
     */
    FrameWorkers(Bounds bounds, List<FrameOutput> outputs, ThreadFactory threads, TimeSource time) {
        this.bounds = bounds;
        this.outputs = List.copyOf(outputs);
        this.threads = threads;
        this.time = time;
    }

    /** Adds a camera. */
    Lane add(Observer observer) {
        Lane lane = new Lane(observer);
        lock.lock();
        try {
            lanes.add(lane);
            if (running.isEmpty() && !closing) {
                for (int i = 0; i < bounds.workers(); i++) {
                    Thread worker = threads.newThread(this::work);
                    running.add(worker);
                    worker.start();
                }
            }
        } finally {
            lock.unlock();
        }
        return lane;
    }

    /** Sets the number of frames that may wait, all cameras together. */
    void capacity(int frames) {
        lock.lock();
        try {
            capacity = frames;
        } finally {
            lock.unlock();
        }
    }

    /** Returns the current statistics. */
    Stats stats() {
        lock.lock();
        try {
            int queue = lanes.stream().mapToInt(lane -> lane.ring.size()).sum();
            return new Stats(running.size(), queue, capacity, processing, successes, errors, dropped);
        } finally {
            lock.unlock();
        }
    }

    private void submit(Lane lane, Frame frame) {
        int lost;
        lock.lock();
        try {
            if (closing || lane.removed) {
                lost = 1;
            } else {
                int share = Math.max(1, capacity / Math.max(1, lanes.size()));
                lost = lane.ring.add(new Waiting(frame, time.nanoTime()), share, bounds.bufferBytes());
                enqueue(lane);
            }
            dropped += lost;
        } finally {
            lock.unlock();
        }
        if (lost > 0) {
            lane.observer.dropped(lost);
        }
    }

    private void remove(Lane lane) {
        int lost;
        lock.lock();
        try {
            lane.removed = true;
            lost = lane.ring.clear();
            dropped += lost;
            lanes.remove(lane);
            ready.remove(lane);
        } finally {
            lock.unlock();
        }
        if (lost > 0) {
            lane.observer.dropped(lost);
        }
    }

    /** Makes a lane's next frame available to the workers, behind those of the other lanes. */
    private void enqueue(Lane lane) {
        if (!lane.starting && !lane.ring.isEmpty() && lane.inFlight < bounds.inFlight() && !ready.contains(lane)) {
            ready.addLast(lane);
            work.signal();
        }
    }

    /** Frame that a worker delivers. */
    private record Task(FrameWorkers.Lane lane, Waiting waiting) {}

    private void work() {
        try {
            for (Optional<Task> task = take(); task.isPresent(); task = take()) {
                deliver(task.get());
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits for the next frame; empty when the pool is closed. */
    private Optional<Task> take() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (!closed) {
                Lane lane = ready.pollFirst();
                if (lane == null) {
                    work.await();
                    continue;
                }
                Optional<Waiting> oldest = lane.ring.poll();
                if (oldest.isPresent()) {
                    lane.starting = true;
                    lane.inFlight++;
                    processing++;
                    return Optional.of(new Task(lane, oldest.get()));
                }
            }
            return Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    private void deliver(Task task) {
        CompletableFuture<?>[] deliveries = outputs.stream()
                .map(output -> start(output, task.waiting().frame()))
                .toArray(CompletableFuture<?>[]::new);
        started(task.lane());
        var _ = CompletableFuture.allOf(deliveries).whenComplete((_, failure) -> ended(task, failure == null));
    }

    private static CompletableFuture<Void> start(FrameOutput output, Frame frame) {
        try {
            return output.deliver(frame).toCompletableFuture();
        } catch (RuntimeException bug) {
            LOG.errorf(bug, "frame output failed unexpectedly: output=%s, camera=%s", output.name(), frame.camera());
            return CompletableFuture.failedFuture(bug);
        }
    }

    private void started(Lane lane) {
        lock.lock();
        try {
            lane.starting = false;
            enqueue(lane);
        } finally {
            lock.unlock();
        }
    }

    private void ended(Task task, boolean accepted) {
        Lane lane = task.lane();
        lock.lock();
        try {
            lane.inFlight--;
            processing--;
            if (accepted) {
                successes++;
            } else {
                errors++;
            }
            enqueue(lane);
            idle.signalAll();
        } finally {
            lock.unlock();
        }
        if (accepted) {
            lane.observer.published(
                    Duration.ofNanos(time.nanoTime() - task.waiting().since()));
        } else {
            lane.observer.dropped(1);
        }
    }

    /**
     * Refuses new frames, delivers the waiting ones within a time, drops the rest, and ends the threads.
     *
     * @param within bound on the deliveries
     */
    void close(Duration within) throws InterruptedException {
        List<Lane> left;
        lock.lock();
        try {
            closing = true;
            long nanos = within.toNanos();
            while (nanos > 0 && (processing > 0 || lanes.stream().anyMatch(lane -> !lane.ring.isEmpty()))) {
                nanos = idle.awaitNanos(nanos);
            }
            closed = true;
            work.signalAll();
            left = List.copyOf(lanes);
        } finally {
            lock.unlock();
        }
        left.forEach(this::remove);
        running.forEach(Thread::interrupt);
    }
}
