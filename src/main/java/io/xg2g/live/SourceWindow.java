package io.xg2g.live;

import io.xg2g.ffmpeg.FrameGrid;
import io.xg2g.ffmpeg.MediaInfo;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A window of a channel's source, ready to be made into renditions.
 *
 * @param start presentation time of its beginning, in unwrapped 90 kHz ticks of the source's clock
 * @param duration in 90 kHz ticks
 * @param picture what to encode, or {@code null} where the source has sound only
 * @param readyAt when its last picture had come, as {@link System#nanoTime}
 */
record SourceWindow(long start, long duration, @Nullable Moving picture, long readyAt) {

    /**
     * The pictures of a window.
     *
     * @param file a transport stream of them; it is deleted when the window is long past
     * @param media what inspection found in the source
     * @param grid the frames of the window, in the file's times
     */
    record Moving(Path file, MediaInfo media, FrameGrid grid) {}

    /** The presentation time of its end. */
    long end() {
        return start + duration;
    }
}
