package io.xg2g.schedule;

import io.github.bucket4j.TimeMeter;
import java.util.function.LongSupplier;

/**
 * Monotonic clock for the token buckets of Bucket4j.
 *
 * @param nanos {@link System#nanoTime}, or a clock that is set by a test
 */
public record MonotonicTimeMeter(LongSupplier nanos) implements TimeMeter {
    @Override
    public long currentTimeNanos() {
        return nanos.getAsLong();
    }

    @Override
    public boolean isWallClockBased() {
        return false;
    }
}
