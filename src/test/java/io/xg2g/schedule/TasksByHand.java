package io.xg2g.schedule;

import jakarta.enterprise.inject.Vetoed;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executors;

/** Periodic tasks that a test runs. */
@Vetoed
public final class TasksByHand extends PeriodicTasks {
    private final Map<String, Runnable> tasks = new HashMap<>();

    /** Creates one without tasks. */
    public TasksByHand() {
        super(Executors.newSingleThreadScheduledExecutor(), () -> false);
    }

    @Override
    public void every(Duration period, String name, Runnable action) {
        tasks.put(name, action);
    }

    /** Runs a task once. */
    public void run(String name) {
        Objects.requireNonNull(tasks.get(name), name).run();
    }
}
