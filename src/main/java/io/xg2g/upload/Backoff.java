package io.xg2g.upload;

import java.time.Duration;
import java.util.function.DoubleSupplier;

/** Exponential backoff with jitter: after n + 1 failures in a row the half to the whole of 2<sup>n</sup> s, at most 60 s. */
final class Backoff {
    private static final long FIRST = Duration.ofSeconds(1).toNanos();
    private static final long LONGEST = Duration.ofSeconds(60).toNanos();
    private static final int MAX_DOUBLINGS = 6;

    private Backoff() {}

    /**
     * Returns the time until the next attempt.
     *
     * @param failures number of failures in a row, at least 1
     * @param random returns values from 0 to 1
     */
    static Duration after(int failures, DoubleSupplier random) {
        long longest = Math.min(FIRST << Math.min(failures - 1, MAX_DOUBLINGS), LONGEST);
        return Duration.ofNanos(longest / 2 + (long) (longest / 2.0 * random.getAsDouble()));
    }
}
