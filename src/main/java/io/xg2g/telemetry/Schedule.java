package io.xg2g.telemetry;

import java.util.function.LongSupplier;

/**
 * Schedule of a replay's rows. A row that is late, or whose recorded time is before that of the pass's first row, is due at
 * once. Not thread-safe.
 */
final class Schedule {
    private static final double SECOND = 1e9;

    /** Upper bound of a wait, against overflow: 30 years. */
    private static final double MAX_WAIT = 1e18;

    private final Pace pace;
    private final LongSupplier elapsed;
    private long passBegins;
    private long firstTime;
    private double rows;

    /** Greatest recorded time of this pass, since its first row. */
    private double reached;

    /** Recorded time between the last two rows of different times: the pause between two passes. */
    private double gap = SECOND;

    /**
     * Makes the schedule of a replay that begins now.
     *
     * @param elapsed returns the nanoseconds since the replay began
     */
    Schedule(Pace pace, LongSupplier elapsed) {
        this.pace = pace;
        this.elapsed = elapsed;
    }

    /** Starts a pass with the recorded time of its first row. */
    void begin(long recorded) {
        if (pace.rowsPerSecond() == 0) {
            boolean repeated = rows > 0 && pace.speed() > 0;
            long after = repeated ? (long) Math.min(MAX_WAIT, (reached + gap) / pace.speed()) : 0;
            // The delay by a slow subscriber is not made up for in the next pass.
            passBegins = Math.max(passBegins + after, elapsed.getAsLong());
        }
        firstTime = recorded;
        reached = 0;
    }

    /** Returns when the next row is due, in nanoseconds since the replay began. */
    long due(long recorded) {
        rows++;
        if (pace.rowsPerSecond() > 0) {
            return passBegins + (long) Math.min(MAX_WAIT, (rows - 1) * SECOND / pace.rowsPerSecond());
        }
        double since = (double) recorded - firstTime;
        if (since > reached) {
            gap = since - reached;
            reached = since;
        }
        return pace.speed() == 0 ? passBegins : passBegins + (long) Math.clamp(since / pace.speed(), 0, MAX_WAIT);
    }
}
