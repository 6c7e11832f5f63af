package io.xg2g.schedule;

import io.github.bucket4j.TimeMeter;
import java.util.function.LongSupplier;

/**
 * The monotonic clock as token buckets ask for it.
 *
 * @param nanos {@link System#nanoTime}, or a clock that a test turns
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
