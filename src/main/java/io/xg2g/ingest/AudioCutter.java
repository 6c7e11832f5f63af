package io.xg2g.ingest;

import io.xg2g.media.Ticks;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Cutter of the audio of a source without video into windows of 2 s. Not thread-safe. */
final class AudioCutter {
    /** Duration of a window, in 90 kHz ticks. */
    static final long WINDOW = 2L * Ticks.PER_SECOND;

    private static final long NONE = Long.MIN_VALUE;

    /** Start of the next window; {@link #NONE} before the first frame. */
    private long start = NONE;

    /** Presentation time of the latest frame, and the distance from the one before it. */
    private long latest;

    private long step;

    private boolean hasCut;

    /**
     * Adds the next frame.
     *
     * @param pts its presentation time, in 90 kHz ticks
     * @param now time of its reception, as {@link System#nanoTime}
     * @return the windows that it completes
     */
    List<SourceWindow> add(long pts, long now) {
        if (start == NONE) {
            start = pts;
        } else {
            step = pts - latest;
        }
        latest = pts;
        List<SourceWindow> complete = new ArrayList<>();
        for (; pts >= start + WINDOW; start += WINDOW) {
            complete.add(new SourceWindow(start, WINDOW, null, now));
            hasCut = true;
        }
        return complete;
    }

    /**
     * Returns the incomplete window at the end of the audio, if it follows another one: less audio than a window may be the start of a
     * source whose video follows. The latest frame is as long as the one before it.
     */
    Optional<SourceWindow> finish(long now) {
        long end = Math.min(latest + step, start + WINDOW);
        return hasCut && end > start ? Optional.of(new SourceWindow(start, end - start, null, now)) : Optional.empty();
    }
}
