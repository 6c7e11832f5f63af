package io.xg2g.telemetry;

import java.util.function.LongSupplier;

/**
 * When each row of a replay is due. A row whose recorded time lies before the one of the pass's first row, or which is
 * late, is due at once. Not thread-safe.
 */
final class Schedule {
    private static final double SECOND = 1e9;

    /** Thirty years; a longer wait is as good as this one, and cannot overflow. */
    private static final double LONGEST = 1e18;

    private final Pace pace;
    private final LongSupplier elapsed;
    private long passBegins;
    private long firstTime;
    private double rows;

    /** The recorded time that this pass has come to, since its first row. */
    private double reached;

    /** The recorded time between the last two rows of different times: what a recording's end is from its beginning. */
    private double gap = SECOND;

    /**
     * Makes one for a replay that begins now.
     *
     * @param elapsed the nanoseconds since the replay began
     */
    Schedule(Pace pace, LongSupplier elapsed) {
        this.pace = pace;
        this.elapsed = elapsed;
    }

    /** The recording begins, or begins again, with a row of that recorded time. */
    void begin(long recorded) {
        if (pace.rowsPerSecond() == 0) {
            boolean again = rows > 0 && pace.speed() > 0;
            long after = again ? (long) Math.min(LONGEST, (reached + gap) / pace.speed()) : 0;
            // What a slow subscriber has cost is not made up for in the next pass.
            passBegins = Math.max(passBegins + after, elapsed.getAsLong());
        }
        firstTime = recorded;
        reached = 0;
    }

    /** When the next row is due, in nanoseconds since the replay began. */
    long due(long recorded) {
        rows++;
        if (pace.rowsPerSecond() > 0) {
            return passBegins + (long) Math.min(LONGEST, (rows - 1) * SECOND / pace.rowsPerSecond());
        }
        double since = (double) recorded - firstTime;
        if (since > reached) {
            gap = since - reached;
            reached = since;
        }
        return pace.speed() == 0 ? passBegins : passBegins + (long) Math.clamp(since / pace.speed(), 0, LONGEST);
    }
}
