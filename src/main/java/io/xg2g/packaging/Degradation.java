package io.xg2g.packaging;

/**
 * How many rungs of the ladder a channel gets: fewer when its windows wait, more when they don't any longer.
 *
 * <p>The lowest rung goes first. Not thread-safe.
 */
final class Degradation {
    /** Behind by this many seconds, a rung is dropped. */
    private static final double DROP_BEHIND = 2;

    /** A window that took less than this many seconds is a sign of room. */
    private static final double QUICK = 1;

    /** After so many quick windows a rung comes back. */
    private static final int QUICK_WINDOWS = 10;

    /** Windows between two drops: the one before must have its effect first. */
    private static final int PATIENCE = 2;

    private int dropped;
    private int quick;
    private int sinceDrop = PATIENCE;

    /**
     * Decides for the next window.
     *
     * @param rungs of the whole ladder, at least 1
     * @param least how many are kept in any case
     * @param behindSeconds how long the oldest unpublished window has been ready
     * @return how many rungs to make, the highest first
     */
    int rungs(int rungs, int least, double behindSeconds) {
        sinceDrop++;
        if (behindSeconds > DROP_BEHIND && dropped < rungs - least && sinceDrop > PATIENCE) {
            dropped++;
            quick = 0;
            sinceDrop = 0;
        } else if (dropped > 0 && quick >= QUICK_WINDOWS) {
            dropped--;
            quick = 0;
        }
        dropped = Math.min(dropped, rungs - least);
        return rungs - dropped;
    }

    /** A window was published, or given up, that many seconds after it was ready. */
    void took(double seconds) {
        quick = seconds < QUICK ? quick + 1 : 0;
    }
}
