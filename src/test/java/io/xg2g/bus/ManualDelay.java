package io.xg2g.bus;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Keeps what is to be done later until the test wants it. */
final class ManualDelay implements Delay {
    private final List<Runnable> waiting = new ArrayList<>();
    private final List<Duration> waits = new ArrayList<>();

    @Override
    public synchronized void run(Duration after, Runnable action) {
        waits.add(after);
        waiting.add(action);
    }

    /** Does what waits now. */
    void pass() {
        List<Runnable> due;
        synchronized (this) {
            due = List.copyOf(waiting);
            waiting.clear();
        }
        due.forEach(Runnable::run);
    }

    synchronized int pending() {
        return waiting.size();
    }

    /** Every wait that was asked for, in order. */
    synchronized List<Duration> waits() {
        return List.copyOf(waits);
    }
}
