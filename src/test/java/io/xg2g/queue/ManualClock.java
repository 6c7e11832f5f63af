package io.xg2g.queue;

import java.time.Duration;

/** Clocks that a test turns by hand. Thread-safe. */
final class ManualClock implements QueueClock {
    private long nanos = Long.MAX_VALUE - 1_000_000;
    private long millis = 1_700_000_000_000L;

    /** Time passes. */
    synchronized void pass(Duration time) {
        nanos += time.toNanos();
        millis += time.toMillis();
    }

    /** The wall clock is set. */
    synchronized void step(Duration by) {
        millis += by.toMillis();
    }

    @Override
    public synchronized long nanoTime() {
        return nanos;
    }

    @Override
    public synchronized long currentTimeMillis() {
        return millis;
    }
}
