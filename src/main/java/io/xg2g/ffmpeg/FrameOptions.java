package io.xg2g.ffmpeg;

import java.util.Optional;

/**
 * JPEG images of a video source.
 *
 * @param fps maximum number of images per second, more than 0
 * @param quality 2 (best) to 31 as ffmpeg's {@code -q:v}, or {@link #SOURCE_QUALITY}
 * @param size largest size, or empty for that of the source
 * @param transport of RTSP
 */
public record FrameOptions(double fps, int quality, Optional<Size> size, RtspTransport transport) {
    /** The images of the source itself, all of them, in its own size: only for sources of JPEG images. */
    public static final int SOURCE_QUALITY = 0;

    /** Size in pixels. */
    public record Size(int width, int height) {}
}
