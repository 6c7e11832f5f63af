package io.xg2g.schedule;

import io.xg2g.config.ConfigBounds;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.DoubleSupplier;

/**
 * Exponential backoff with jitter.
 *
 * @param first mean delay after the first failure
 * @param max maximum mean delay
 * @param random supplies numbers from 0 to 1
 */
public record Backoff(Duration first, Duration max, DoubleSupplier random) {
    private static final int MAX_DOUBLINGS = 30;
    private static final Duration MIN = Duration.ofMillis(100);

    /** Returns the backoff of a configured first delay, from 100 ms to the maximum. */
    public static Backoff configured(String key, Duration first, Duration max) {
        return new Backoff(
                ConfigBounds.duration(key, first, MIN, max),
                max,
                () -> ThreadLocalRandom.current().nextDouble());
    }

    /** Returns the delay after so many failures, at least 1: 0.5 to 1.5 times the mean. */
    public Duration after(int failures) {
        long mean = Math.min(max.toMillis(), first.toMillis() << Math.min(failures - 1, MAX_DOUBLINGS));
        return Duration.ofMillis(Math.round(mean * (0.5 + random.getAsDouble())));
    }
}
