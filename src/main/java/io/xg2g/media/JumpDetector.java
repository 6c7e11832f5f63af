package io.xg2g.media;

/**
 * Detector of jumps of a clock. Distinguishes them from single wrong timestamps: a jump is confirmed when the following
 * {@value #CONFIRMATIONS} times continue from it.
 */
final class JumpDetector {
    /** Times that must continue from the one that jumped. */
    private static final int CONFIRMATIONS = 5;

    private static final long MAX_BACKWARD = Ticks.PER_SECOND / 2;
    private static final long MAX_FORWARD = 2 * Ticks.PER_SECOND;

    private boolean running;
    private long last;
    private boolean suspicious;
    private long candidate;
    private int confirmed;
    private boolean jumped;

    /** Takes the next decoding time, of 33 bits; a wraparound is not a jump. */
    void time(long time) {
        if (suspicious && follows(candidate, time) && nearer(candidate, last, time)) {
            candidate = time;
            confirmed++;
            if (confirmed == CONFIRMATIONS) {
                jumped = true;
                last = time;
                suspicious = false;
            }
        } else if (!running || follows(last, time)) {
            running = true;
            last = time;
            suspicious = false;
        } else {
            suspicious = true;
            candidate = time;
            confirmed = 0;
        }
    }

    /** Accepts any next time without a jump. */
    void restart() {
        running = false;
        suspicious = false;
    }

    /** Returns whether the latest time jumped and is not confirmed. */
    boolean suspicious() {
        return suspicious;
    }

    /** Returns whether there was a jump since the last call, and resets it. */
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
        return step >= -MAX_BACKWARD && step <= MAX_FORWARD;
    }
}
