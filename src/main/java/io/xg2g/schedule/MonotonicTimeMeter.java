package io.xg2g.schedule;

import io.github.bucket4j.TimeMeter;
import java.util.function.LongSupplier;

/**
 * Monotonic clock for the token buckets of Bucket4j: nanoseconds since its creation. Bucket4j compares times by {@code <}, which
 * is wrong for those of {@link System#nanoTime} when they overflow.
 */
public final class MonotonicTimeMeter implements TimeMeter {
    private final LongSupplier nanos;
    private final long start;

    /**
     * Creates a clock.
     *
     * @param nanos {@link System#nanoTime}, or a clock that is set by a test
     */
    public MonotonicTimeMeter(LongSupplier nanos) {
        this.nanos = nanos;
        this.start = nanos.getAsLong();
    }

    @Override
    public long currentTimeNanos() {
        return nanos.getAsLong() - start;
    }

    @Override
    public boolean isWallClockBased() {
        return false;
    }
}
