package io.xg2g.receiver;

import java.time.Duration;

/** Time that passes only by sleeping and by hand. Thread-safe. */
final class ManualTime implements Time {
    private long now = Long.MAX_VALUE - 1_000_000; // Soon overflows, as nanoTime() may.
    private Duration slept = Duration.ZERO;

    @Override
    public synchronized long nanoTime() {
        return now;
    }

    @Override
    public synchronized void sleep(Duration duration) {
        slept = slept.plus(duration);
        advance(duration);
    }

    synchronized void advance(Duration duration) {
        now += duration.toNanos();
    }

    /** What has been slept since this was asked last. */
    synchronized Duration slept() {
        Duration until = slept;
        slept = Duration.ZERO;
        return until;
    }
}
