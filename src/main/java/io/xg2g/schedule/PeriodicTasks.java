package io.xg2g.schedule;

import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/**
 * Calls tasks periodically by the monotonic clock, so that a wall clock that is set back or forward changes nothing. (The
 * scheduler of {@code @Scheduled} compares times of day: after a clock was set back by two hours it rests for two hours.)
 *
 * <p>No task is called before {@link #resume} and after {@link #pause}. Each call has a virtual thread of its own; a task that
 * is still running is not called. Thread-safe.
 */
@Singleton
public class PeriodicTasks {
    private static final Logger LOG = Logger.getLogger(PeriodicTasks.class);

    private final ScheduledExecutorService timer;
    private volatile boolean running;

    /** One task, and whether it runs at present. */
    private record Task(String name, Runnable action, AtomicBoolean busy) {}

    /**
     * Makes the tasks of the service.
     *
     * @param startMode {@code quarkus.scheduler.start-mode}; where it is {@code halted}, they wait for {@link #resume}
     */
    @Inject
    PeriodicTasks(@ConfigProperty(name = "quarkus.scheduler.start-mode") Optional<String> startMode) {
        this(Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("periodic-tasks").factory()));
        this.running = !startMode.map("halted"::equalsIgnoreCase).orElse(false);
    }

    /** Makes tasks that wait for {@link #resume}. */
    PeriodicTasks(ScheduledExecutorService timer) {
        this.timer = timer;
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

    /** Has tasks called from now on. */
    public void resume() {
        running = true;
    }

    /** Has no task called any longer; one that runs goes on. */
    public void pause() {
        running = false;
    }

    private void begin(Task task) {
        if (running && task.busy().compareAndSet(false, true)) {
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
