package io.xg2g.schedule;

import io.quarkus.scheduler.Scheduler;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.jboss.logging.Logger;

/**
 * Scheduler of periodic tasks on the monotonic clock, which is independent of changes of the wall clock. (
 * {@code @Scheduled} compares wall clock times: after the clock was set back by two hours, it pauses for two hours.)
 *
 * <p>Tasks run while the scheduler of Quarkus runs: not before it is resumed, nor after it is paused. Each run has its
 * own virtual thread; a run is skipped while the previous one has not ended. Thread-safe.
 */
@Singleton
public class PeriodicTasks {
    private static final Logger LOG = Logger.getLogger(PeriodicTasks.class);

    private final ScheduledExecutorService timer;
    private final BooleanSupplier running;

    /** A task, and whether it is running. */
    private record Task(String name, Runnable action, AtomicBoolean busy) {}

    @Inject
    PeriodicTasks(Scheduler scheduler) {
        this(
                Executors.newSingleThreadScheduledExecutor(
                        Thread.ofPlatform().daemon().name("periodic-tasks").factory()),
                scheduler::isRunning);
    }

    PeriodicTasks(ScheduledExecutorService timer, BooleanSupplier running) {
        this.timer = timer;
        this.running = running;
    }

    /**
     * Runs a task periodically, with a fixed delay, for the first time after one period.
     *
     * @param name of its threads and in the log
     */
    public void every(Duration period, String name, Runnable action) {
        Task task = new Task(name, action, new AtomicBoolean());
        var _ = timer.scheduleWithFixedDelay(
                () -> begin(task), period.toNanos(), period.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void begin(Task task) {
        if (running.getAsBoolean() && task.busy().compareAndSet(false, true)) {
            Thread.ofVirtual().name(task.name()).start(() -> run(task));
        }
    }

    private static void run(Task task) {
        try {
            task.action().run();
        } catch (RuntimeException bug) {
            LOG.errorf(bug, "periodic task failed: task=%s", task.name());
        } finally {
            task.busy().set(false);
        }
    }

    @PreDestroy
    void close() {
        timer.shutdownNow();
    }
}
