package io.xg2g.transcode;

import java.time.Duration;
import java.util.function.DoubleSupplier;

/**
 * Exponential backoff with jitter.
 *
 * @param first mean delay after the first failure
 * @param max maximum mean delay
 * @param random supplies numbers from 0 to 1
 */
record Backoff(Duration first, Duration max, DoubleSupplier random) {
    private static final int MAX_DOUBLINGS = 30;

    /** Returns the delay after so many failures, at least 1: 0.5 to 1.5 times the mean. */
    Duration after(int failures) {
        long mean = Math.min(max.toMillis(), first.toMillis() << Math.min(failures - 1, MAX_DOUBLINGS));
        return Duration.ofMillis(Math.round(mean * (0.5 + random.getAsDouble())));
    }
}
