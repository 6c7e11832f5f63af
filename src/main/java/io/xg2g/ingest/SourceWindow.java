package io.xg2g.ingest;

import io.xg2g.ffmpeg.FrameGrid;
import io.xg2g.ffmpeg.MediaInfo;
import io.xg2g.media.VideoTrackInfo;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Window of a channel's source: the input of one transcoding unit.
 *
 * @param start presentation time of the first frame, in unwrapped 90 kHz ticks of the source's clock
 * @param duration in 90 kHz ticks
 * @param video frames to encode, or {@code null} for a source without video
 * @param readyAt time when the last frame was received, as {@link System#nanoTime}
 */
public record SourceWindow(
        long start, long duration, @Nullable Video video, long readyAt) {

    /**
     * Video of a window.
     *
     * @param file transport stream of the frames; deleted after the window has left the timeline
     * @param media result of the source's inspection
     * @param grid frame grid of the window, in times of the file
     * @param passthrough the source's own video of the window, or {@code null} if players cannot play it
     */
    public record Video(
            Path file,
            MediaInfo media,
            FrameGrid grid,
            @Nullable Passthrough passthrough) {}

    /**
     * Video of a window without re-encoding, as an fMP4 segment in the source's time.
     *
     * @param init init segment
     * @param media media segment
     */
    @SuppressWarnings("ArrayRecordComponent") // The arrays are never modified.
    public record Passthrough(VideoTrackInfo track, byte[] init, byte[] media) {}

    /** Returns the presentation time of the end. */
    public long end() {
        return start + duration;
    }
}
