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
 * Calls tasks periodically by the monotonic clock, so that a wall clock that is set back or forward changes nothing. (The
 * scheduler of {@code @Scheduled} compares times of day: after a clock was set back by two hours it rests for two hours.)
 *
 * <p>Tasks are called while the scheduler runs: not before it is resumed, nor after it is paused. Each call has a virtual thread
 * of its own; a task that is still running is not called. Thread-safe.
 */
@Singleton
public class PeriodicTasks {
    private static final Logger LOG = Logger.getLogger(PeriodicTasks.class);

    private final ScheduledExecutorService timer;
    private final BooleanSupplier running;

    /** One task, and whether it runs at present. */
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
     * Calls a task again and again, each time this long after the time before.
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
