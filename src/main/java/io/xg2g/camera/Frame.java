package io.xg2g.camera;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One still frame of one camera. Immutable.
 *
 * @param camera id of the camera
 * @param sequence number of the frame, for each camera; a gap is a frame that was dropped
 * @param captured time by the camera's clock; {@code null} if unknown
 * @param arrived time by this machine's clock
 * @param width in pixels
 * @param height in pixels
 * @param jpeg the picture
 */
public record Frame(
        String camera,
        long sequence,
        @Nullable Instant captured,
        Instant arrived,
        int width,
        int height,
        JpegBytes jpeg) {}
