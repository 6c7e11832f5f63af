package io.xg2g.ingest;

/**
 * Notices that a source sends more frames a second than at first, with the same parameter sets, as a camera does at daybreak. Not
 * thread-safe.
 */
final class FrameRateRise {
    /** Frames of which the first rate is measured. */
    static final int MEASURED = 25;

    /** Frames in a row that have to be closer than those: 4 s at 25 frames/s. */
    static final int CERTAIN = 100;

    private long ticks;
    private int frames;
    private int closer;

    /**
     * Adds the next frame.
     *
     * @param step time since the frame before in decoding order, in 90 kHz ticks
     */
    void frame(long step) {
        if (frames < MEASURED) {
            ticks += step;
            frames++;
        } else {
            // At more than 4/3 of the first rate.
            closer = 4 * step * frames < 3 * ticks ? closer + 1 : 0;
        }
    }

    boolean isCertain() {
        return closer >= CERTAIN;
    }
}
