package io.xg2g.schedule;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jboss.logging.Logger;

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

    /**
     * Runs an action again and again, for the first time after a delay, and then each time after a delay since it has ended. Unlike
     * {@link PeriodicTasks} it goes on during the shutdown.
     *
     * @param failure logged with what the action throws
     */
    static void repeat(TimeSource time, Duration delay, String failure, Runnable action) {
        var _ = time.schedule(delay, () -> {
            try {
                action.run();
            } catch (RuntimeException bug) {
                Logger.getLogger(TimeSource.class).error(failure, bug);
            } finally {
                repeat(time, delay, failure, action);
            }
        });
    }
}
