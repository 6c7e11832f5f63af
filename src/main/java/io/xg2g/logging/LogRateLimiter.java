package io.xg2g.logging;

import io.github.bucket4j.Bucket;
import io.xg2g.schedule.MonotonicTimeMeter;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Token bucket for log lines, refilled at once at the end of each window, which counts the lines that it drops. Windows follow
 * one another from the creation on. Thread-safe.
 */
public final class LogRateLimiter {
    private final Bucket bucket;
    private final AtomicLong dropped = new AtomicLong();

    /**
     * Creates a limiter, whose first window begins.
     *
     * @param max lines per window, at least 1
     * @param window at least one nanosecond
     * @param nanos monotonic clock
     */
    public LogRateLimiter(int max, Duration window, LongSupplier nanos) {
        bucket = Bucket.builder()
                .addLimit(limit -> limit.capacity(max).refillIntervally(max, window))
                .withCustomTimePrecision(new MonotonicTimeMeter(nanos))
                .build();
    }

    /** Returns whether a line may be written, and counts it. */
    public boolean tryAcquire() {
        boolean allowed = bucket.tryConsume(1);
        if (!allowed) {
            dropped.incrementAndGet();
        }
        return allowed;
    }

    /** Returns whether the next line in this window would be dropped. */
    boolean isExhausted() {
        return bucket.getAvailableTokens() == 0;
    }

    /** Returns the number of dropped lines since the previous call. */
    public long dropped() {
        return dropped.getAndSet(0);
    }
}
