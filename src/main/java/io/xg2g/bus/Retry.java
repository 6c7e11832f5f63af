package io.xg2g.bus;

import io.xg2g.schedule.Backoff;
import java.time.Duration;

/**
 * Retry policy with exponential backoff.
 *
 * @param times maximum number of retries: 0 to 100
 * @param backoff delay of the first retry; doubles with each further one
 * @param maxBackoff maximum delay
 */
public record Retry(int times, Duration backoff, Duration maxBackoff) {

    /** No retry. */
    public static final Retry NONE = new Retry(0, Duration.ZERO, Duration.ZERO);

    private static final int MAX_TIMES = 100;

    public Retry {
        if (times < 0 || times > MAX_TIMES) {
            throw new IllegalArgumentException("times is " + times + "; allowed is 0 to " + MAX_TIMES);
        }
        if (backoff.isNegative() || maxBackoff.compareTo(backoff) < 0) {
            throw new IllegalArgumentException("backoff is " + backoff + " to " + maxBackoff
                    + "; allowed is zero or more, with a maximum not below the first delay");
        }
    }

    /** Creates a policy with a maximum delay of 64 times the first one. */
    public static Retry times(int times, Duration backoff) {
        return new Retry(times, backoff, backoff.multipliedBy(64));
    }

    /** Returns the delay after an attempt, counted from 1. */
    Duration after(int attempt) {
        return Backoff.exact(backoff, maxBackoff).after(attempt);
    }
}
