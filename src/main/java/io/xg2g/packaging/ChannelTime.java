package io.xg2g.packaging;

import java.time.Clock;
import java.time.Instant;

/**
 * Gives each epoch its place in channel time: 90 kHz ticks since 1970-01-01T00:00:00Z. Channel time never goes back, also
 * where the machine's clock does, nor across a restart.
 */
public final class ChannelTime {
    /** Ticks in a second. */
    static final int TICKS = 90_000;

    private final Clock clock;
    private final long earliest;
    private long end;

    /**
     * The time of one channel.
     *
     * @param programStart when this program started: what an earlier one has published lies before it
     */
    public ChannelTime(Clock clock, Instant programStart) {
        this.clock = clock;
        this.earliest = ticks(programStart);
    }

    /**
     * Where an epoch begins.
     *
     * @param buffered how much of it is there already, in ticks
     */
    public synchronized long begin(long buffered) {
        return Math.max(Math.max(ticks(clock.instant()) - buffered, earliest), end);
    }

    /** Something will be published that ends here. */
    public synchronized void reached(long ticks) {
        end = Math.max(end, ticks);
    }

    /** Whether everything that was to be published ends before that time. */
    public synchronized boolean endsBefore(Instant time) {
        return end < ticks(time);
    }

    public static long ticks(Instant instant) {
        return instant.getEpochSecond() * TICKS + instant.getNano() / 1000 * 9 / 100;
    }

    /** The whole seconds of a channel time. */
    public static long seconds(long ticks) {
        return Math.floorDiv(ticks, TICKS);
    }
}
