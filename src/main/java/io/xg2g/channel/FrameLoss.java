package io.xg2g.channel;

import java.time.Duration;
import java.util.function.LongSupplier;

/** Recent loss of frames of a channel's source. Thread-safe. */
final class FrameLoss {
    /** Time for which a loss is recent. */
    static final Duration RECENT = Duration.ofSeconds(10);

    private final LongSupplier nanos;

    /** Whether a window was received. Frames are lost before it too: a source is joined between keyframes. */
    private volatile boolean delivers;

    private volatile boolean lost;
    private volatile long lostAt;

    /**
     * Creates the state of a channel that starts.
     *
     * @param nanos clock, as {@link System#nanoTime}
     */
    FrameLoss(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** Records that frames were delivered. */
    void delivered() {
        delivers = true;
    }

    /** Records that a frame was discarded. */
    void discarded() {
        if (delivers) {
            lostAt = nanos.getAsLong();
            lost = true;
        }
    }

    /** Returns whether a frame was lost recently, after the first ones had been delivered. */
    boolean isRecent() {
        return lost && nanos.getAsLong() - lostAt < RECENT.toNanos();
    }
}
