package io.xg2g.process;

/**
 * CPU priority of a child process as niceness relative to this program ({@code nice(1)}). The kernel derives its I/O priority
 * from it ({@code ioprio_set(2)}).
 */
public enum ProcessPriority {
    /** Windows of live channels, and the children that read a channel's source: both have a due time. */
    LIVE(0),
    /** Units of playing streams, sent by clients. */
    ACTIVE(3),
    /** New requests and the inspection of their media. */
    NORMAL(5),
    /** Thumbnails and previews. */
    PREVIEW(15);

    private final int niceness;

    ProcessPriority(int niceness) {
        this.niceness = niceness;
    }

    /** Returns the niceness, 0 to 19, that is added to this program's and to {@code xg2g.ffmpeg.nice}. */
    int niceness() {
        return niceness;
    }
}
