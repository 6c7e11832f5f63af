package io.xg2g.schedule;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * Source of time: the monotonic clock for durations, the time of day for what is shown or expires at a date, waiting, and
 * timers. Code that depends on time takes one, so that tests turn it by hand.
 *
 * <p>Thread-safe.
 */
public interface TimeSource extends InstantSource {

    /** Time of the machine. */
    TimeSource SYSTEM = new SystemTime();

    /** Returns nanoseconds since a fixed but arbitrary moment, as {@link System#nanoTime()}. */
    long nanoTime();

    /** Returns the time of day. */
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
