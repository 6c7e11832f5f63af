package io.xg2g.logging;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** How many lines may be written in a window of time, which begins with its first line; what is over is counted. Thread-safe. */
public final class LogRateLimiter {
    private final int most;
    private final long window;
    private final LongSupplier nanos;
    private final AtomicLong leftOut = new AtomicLong();
    private long since;
    private int taken;

    /**
     * A budget that is full.
     *
     * @param most lines in a window
     * @param nanos the monotonic clock
     */
    public LogRateLimiter(int most, Duration window, LongSupplier nanos) {
        this.most = most;
        this.window = window.toNanos();
        this.nanos = nanos;
    }

    /** Whether there is room for one more. */
    public synchronized boolean take() {
        long now = nanos.getAsLong();
        if (taken > 0 && now - since >= window) {
            taken = 0;
        }
        if (taken == 0) {
            since = now;
        }
        if (taken == most) {
            leftOut.incrementAndGet();
            return false;
        }
        taken++;
        return true;
    }

    /** Whether the next line in this window has no room. */
    synchronized boolean isUsedUp() {
        return taken == most;
    }

    /** How many had no room since this was asked last. */
    public long leftOut() {
        return leftOut.getAndSet(0);
    }
}
