package io.xg2g.packaging;

import io.xg2g.media.Ticks;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongConsumer;

/**
 * Monotonic time of one channel: 90 kHz ticks since 1970-01-01T00:00:00Z. Assigns the start of each epoch. Never goes
 * back, neither when the system clock is set back nor across a restart. Thread-safe.
 */
public final class ChannelTime {
    private final InstantSource clock;
    private final long earliest;
    private long latestEnd;
    private volatile LongConsumer observer = _ -> {};

    /**
     * Creates the time of one channel.
     *
     * @param programStart start of this process; segments of an earlier process are before it
     */
    public ChannelTime(InstantSource clock, Instant programStart) {
        this.clock = clock;
        this.earliest = ticks(programStart);
    }

    /**
     * Returns the start of a new epoch.
     *
     * @param buffered duration of its media that has been received already, in ticks
     */
    public synchronized long begin(long buffered) {
        return Math.max(Math.max(ticks(clock.instant()) - buffered, earliest), latestEnd);
    }

    /** Records the end of media that will be published. */
    public void reached(long ticks) {
        long end;
        synchronized (this) {
            latestEnd = Math.max(latestEnd, ticks);
            end = latestEnd;
        }
        observer.accept(end);
    }

    /** Sets what is told the end of the recorded media after each change; must not block. Replaces that of before. */
    public void observe(LongConsumer now) {
        observer = now;
    }

    /** Returns the end of all recorded media. */
    public synchronized long end() {
        return latestEnd;
    }

    /** Returns whether all recorded media ends before the given time. */
    public synchronized boolean endsBefore(Instant time) {
        return latestEnd < ticks(time);
    }

    public static long ticks(Instant instant) {
        return instant.getEpochSecond() * Ticks.PER_SECOND + instant.getNano() / 1000 * 9 / 100;
    }

    /** Converts a channel time to seconds, rounded down. */
    public static long seconds(long ticks) {
        return Math.floorDiv(ticks, Ticks.PER_SECOND);
    }
}
