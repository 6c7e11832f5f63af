package io.xg2g.process;

/**
 * How far a child process stands behind this program for a processor, in steps of niceness ({@code nice(1)}). The kernel
 * derives the priority of its disk access from it ({@code ioprio_set(2)}).
 */
public enum ProcessPriority {
    /** What is due at a time: windows of live channels, and the children that keep a channel's source open. */
    LIVE(0),
    /** Units of playing streams, which their clients send. */
    ACTIVE(3),
    /** New requests, and the inspection of what they bring. */
    NORMAL(5),
    /** Thumbnails and previews. */
    PREVIEW(15);

    private final int niceness;

    ProcessPriority(int niceness) {
        this.niceness = niceness;
    }

    /** The steps, 0 to 19, that are added to this program's own niceness and to {@code xg2g.ffmpeg.nice}. */
    int niceness() {
        return niceness;
    }
}
