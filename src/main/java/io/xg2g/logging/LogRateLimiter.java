package io.xg2g.logging;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Rate limiter for log lines: a fixed window, which begins with its first line. Lines over the limit are counted.
 * Thread-safe.
 */
public final class LogRateLimiter {
    private final int max;
    private final long window;
    private final LongSupplier nanos;
    private final AtomicLong dropped = new AtomicLong();
    private long since;
    private int taken;

    /**
     * Creates a limiter.
     *
     * @param max lines per window
     * @param nanos monotonic clock
     */
    public LogRateLimiter(int max, Duration window, LongSupplier nanos) {
        this.max = max;
        this.window = window.toNanos();
        this.nanos = nanos;
    }

    /** Returns whether a line may be written, and counts it. */
    public synchronized boolean tryAcquire() {
        long now = nanos.getAsLong();
        if (taken > 0 && now - since >= window) {
            taken = 0;
        }
        if (taken == 0) {
            since = now;
        }
        if (taken == max) {
            dropped.incrementAndGet();
            return false;
        }
        taken++;
        return true;
    }

    /** Returns whether the next line in this window would be dropped. */
    synchronized boolean isExhausted() {
        return taken == max;
    }

    /** Returns the number of dropped lines since the previous call. */
    public long dropped() {
        return dropped.getAndSet(0);
    }
}
