package io.xg2g.packaging;

/**
 * Load shedding of one channel: drops rungs of its ladder, the lowest first, while its windows are late, and restores
 * them with hysteresis. Not thread-safe.
 */
final class Degradation {
    /** A rung is dropped when the lag exceeds this. */
    private static final double DROP_LAG_SECONDS = 2;

    /** A window that is published in less time counts as fast. */
    private static final double FAST_SECONDS = 1;

    /** A rung is restored after this many consecutive fast windows. */
    private static final int FAST_WINDOWS = 10;

    /** Windows between two drops, so that the first one takes effect. */
    private static final int MIN_WINDOWS_BETWEEN_DROPS = 2;

    private int dropped;
    private int fastWindows;
    private int windowsSinceDrop = MIN_WINDOWS_BETWEEN_DROPS;

    /**
     * Returns the number of rungs of the next window, counted from the highest.
     *
     * @param rungs of the complete ladder, at least 1
     * @param min minimum to return
     * @param behindSeconds time since the oldest unpublished window was due
     */
    int rungs(int rungs, int min, double behindSeconds) {
        windowsSinceDrop++;
        if (behindSeconds > DROP_LAG_SECONDS && dropped < rungs - min && windowsSinceDrop > MIN_WINDOWS_BETWEEN_DROPS) {
            dropped++;
            fastWindows = 0;
            windowsSinceDrop = 0;
        } else if (dropped > 0 && fastWindows >= FAST_WINDOWS) {
            dropped--;
            fastWindows = 0;
        }
        dropped = Math.min(dropped, rungs - min);
        return rungs - dropped;
    }

    /** Records the time from a window's due time to its publication. */
    void published(double seconds) {
        fastWindows = seconds < FAST_SECONDS ? fastWindows + 1 : 0;
    }
}
