package io.xg2g.schedule;

import io.xg2g.config.ConfigBounds;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.DoubleSupplier;

/**
 * Exponential backoff with jitter: after n + 1 failures the half to the whole of 2<sup>n</sup> times the first delay, or of the
 * maximum. Thread-safe if the random numbers are.
 *
 * @param first longest delay after the first failure, zero or more
 * @param max longest delay at all, not below the first one
 * @param random returns values from 0, for the half, to 1, for the whole
 */
public record Backoff(Duration first, Duration max, DoubleSupplier random) {
    private static final Duration LEAST_CONFIGURED = Duration.ofMillis(100);
    private static final int MAX_DOUBLINGS = 62;

    /** Returns a backoff without jitter. */
    public static Backoff exact(Duration first, Duration max) {
        return new Backoff(first, max, () -> 1);
    }

    /** Returns a backoff with jitter. */
    public static Backoff jittered(Duration first, Duration max) {
        return new Backoff(first, max, () -> ThreadLocalRandom.current().nextDouble());
    }

    /**
     * Returns a backoff with jitter whose first delay is configured.
     *
     * @param key of the first delay, which is 100 ms to the maximum
     */
    public static Backoff configured(String key, Duration first, Duration max) {
        return jittered(ConfigBounds.duration(key, first, LEAST_CONFIGURED, max), max);
    }

    /**
     * Returns the delay before the next attempt.
     *
     * @param failures number of failures in a row, at least 1
     */
    public Duration after(int failures) {
        Duration longest = first;
        for (int i = 1; i < failures && i <= MAX_DOUBLINGS && longest.compareTo(max) < 0; i++) {
            longest = longest.multipliedBy(2);
        }
        if (longest.compareTo(max) > 0) {
            longest = max;
        }
        Duration half = longest.dividedBy(2);
        return half.plusNanos((long) (longest.minus(half).toNanos() * random.getAsDouble()));
    }
}
