package io.xg2g.bus;

/** Something that is done as long as it pays, and where it does not, tried again now and then. Not thread-safe. */
final class AdaptiveSpin {
    /** So many occasions pass at most before it is tried again. */
    private static final int RARELY = 256;

    private int pause;
    private int left;

    /** Whether to do it now. Who does it then says whether it {@linkplain #settle paid}. */
    boolean isDue() {
        if (left > 0) {
            left--;
            return false;
        }
        return true;
    }

    void settle(boolean paid) {
        pause = paid ? 0 : Math.min(RARELY, 2 * pause + 1);
        left = pause;
    }
}
