package io.xg2g.ingest;

import io.xg2g.ffmpeg.FrameGrid;
import io.xg2g.ffmpeg.MediaInfo;
import io.xg2g.media.VideoTrackInfo;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A window of a channel's source, ready to be made into renditions.
 *
 * @param start presentation time of its beginning, in unwrapped 90 kHz ticks of the source's clock
 * @param duration in 90 kHz ticks
 * @param video what to encode, or {@code null} where the source has sound only
 * @param readyAt when its last picture had come, as {@link System#nanoTime}
 */
public record SourceWindow(
        long start, long duration, @Nullable Video video, long readyAt) {

    /**
     * The pictures of a window.
     *
     * @param file a transport stream of them; it is deleted when the window is long past
     * @param media what inspection found in the source
     * @param grid the frames of the window, in the file's times
     * @param passthrough the window as it came, where players can play that
     */
    public record Video(
            Path file,
            MediaInfo media,
            FrameGrid grid,
            @Nullable Passthrough passthrough) {}

    /**
     * A window's own video as a segment, in the source's time.
     *
     * @param track what it is
     * @param init its init segment
     * @param media the segment
     */
    @SuppressWarnings("ArrayRecordComponent") // Not changed by anybody.
    public record Passthrough(VideoTrackInfo track, byte[] init, byte[] media) {}

    /** The presentation time of its end. */
    public long end() {
        return start + duration;
    }
}
