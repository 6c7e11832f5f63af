package io.xg2g.media;

/**
 * Tells a clock that has jumped from a single wrong time: a new course counts when the times that follow agree with it.
 */
final class JumpDetector {
    /** Times that must agree with the one that left the old course. */
    private static final int WITNESSES = 5;

    private static final long MOST_BACK = Ticks.PER_SECOND / 2;
    private static final long MOST_FORWARD = 2 * Ticks.PER_SECOND;

    private boolean running;
    private long last;
    private boolean doubting;
    private long candidate;
    private int agreeing;
    private boolean jumped;

    /** The next decoding time, of 33 bits; that it starts anew at 0 is no jump. */
    void time(long time) {
        if (doubting && follows(candidate, time) && nearer(candidate, last, time)) {
            candidate = time;
            agreeing++;
            if (agreeing == WITNESSES) {
                jumped = true;
                last = time;
                doubting = false;
            }
        } else if (!running || follows(last, time)) {
            running = true;
            last = time;
            doubting = false;
        } else {
            doubting = true;
            candidate = time;
            agreeing = 0;
        }
    }

    /** Whatever comes next is where the clock is. */
    void restart() {
        running = false;
        doubting = false;
    }

    /** Whether the latest time left the course, and is not known to be a new one. */
    boolean doubting() {
        return doubting;
    }

    /** Whether there was a jump that {@link #jumped} has not told yet. */
    boolean hasJumped() {
        return jumped;
    }

    /** Whether there was a jump since the last call. */
    boolean jumped() {
        boolean was = jumped;
        jumped = false;
        return was;
    }

    private static boolean nearer(long one, long other, long time) {
        return Math.abs(Ticks.between(one, time)) < Math.abs(Ticks.between(other, time));
    }

    private static boolean follows(long before, long time) {
        long step = Ticks.between(before, time);
        return step >= -MOST_BACK && step <= MOST_FORWARD;
    }
}
