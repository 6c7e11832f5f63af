package io.xg2g.bus;

import java.time.Duration;

/**
 * How often and when a failed delivery is repeated. The wait doubles from one repetition to the next.
 *
 * @param times how often at most: 0 to 100
 * @param backoff the wait before the first repetition
 * @param maxBackoff the longest wait
 */
public record Retry(int times, Duration backoff, Duration maxBackoff) {

    /** A delivery is tried once. */
    public static final Retry NONE = new Retry(0, Duration.ZERO, Duration.ZERO);

    private static final int MOST = 100;

    public Retry {
        if (times < 0 || times > MOST) {
            throw new IllegalArgumentException("times is " + times + "; allowed is 0 to " + MOST);
        }
        if (backoff.isNegative() || maxBackoff.compareTo(backoff) < 0) {
            throw new IllegalArgumentException(
                    "backoff is " + backoff + " to " + maxBackoff + "; allowed is zero or more, growing");
        }
    }

    /** So many repetitions, the first one after this wait, the longest wait being sixty-four times as long. */
    public static Retry times(int times, Duration backoff) {
        return new Retry(times, backoff, backoff.multipliedBy(64));
    }

    /** The wait after the attempt of this number, counted from 1. */
    Duration after(int attempt) {
        // From here on every longer wait is over any sensible maximum, and a shift would overflow.
        int doublings = Math.min(attempt - 1, 30);
        Duration wait = backoff.multipliedBy(1L << doublings);
        return wait.compareTo(maxBackoff) < 0 ? wait : maxBackoff;
    }
}
