package io.xg2g.schedule;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * Source of time: the monotonic clock for durations, the wall clock for dates, sleeping, and timers. Time-dependent
 * code takes one as a parameter, so that tests can set the time.
 *
 * <p>Thread-safe.
 */
public interface TimeSource extends InstantSource {

    /** Time of the machine. */
    TimeSource SYSTEM = new SystemTime();

    /** Returns nanoseconds since a fixed but arbitrary origin, as {@link System#nanoTime()}. */
    long nanoTime();

    /** Returns the wall clock time. */
    @Override
    Instant instant();

    /** Blocks the calling thread for a duration. */
    void sleep(Duration duration) throws InterruptedException;

    /**
     * Runs an action once, after a delay, on a virtual thread of its own.
     *
     * @return cancels the action; has no effect once the action has begun
     */
    Runnable schedule(Duration delay, Runnable action);
}
