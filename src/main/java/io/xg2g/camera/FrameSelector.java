package io.xg2g.camera;

/**
 * Selection of at most so many frames per second, evenly, from a source that sends more: as the filter of
 * {@link io.xg2g.ffmpeg.MediaProcesses#frames}, for images that are not decoded. Not thread-safe.
 */
final class FrameSelector {
    private final long interval;
    private boolean begun;
    private long next;

    FrameSelector(double fps) {
        this.interval = Math.round(1e9 / fps);
    }

    /** Returns whether the frame with this time, in nanoseconds, is selected. */
    boolean selects(long nanos) {
        if (!begun || nanos - next < -2 * interval) {
            begun = true;
            next = nanos + interval;
            return true;
        }
        if (nanos - next < -interval / 4) {
            return false;
        }
        next = Math.max(next + interval, nanos + interval / 2);
        return true;
    }
}
