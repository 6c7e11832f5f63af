package io.xg2g.bus;

/**
 * Adaptive use of an optional wait strategy, as of spinning before blocking. After each attempt that did not succeed, the number
 * of occasions that are skipped grows exponentially, up to {@link #MAX_PAUSE}. Not thread-safe.
 */
final class AdaptiveSpin {
    /** Maximum number of occasions to skip. */
    private static final int MAX_PAUSE = 256;

    private int pause;
    private int left;

    /** Returns whether to attempt now; the result is then {@linkplain #settle recorded}. */
    boolean isDue() {
        if (left > 0) {
            left--;
            return false;
        }
        return true;
    }

    /** Records whether the attempt succeeded. */
    void settle(boolean succeeded) {
        pause = succeeded ? 0 : Math.min(MAX_PAUSE, 2 * pause + 1);
        left = pause;
    }
}
