package io.xg2g.camera;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One still frame of one camera, immutable.
 *
 * @param camera id of the camera
 * @param sequence number of the frame: 1 for the camera's first one since the start of the program, then one more for each;
 *     a frame that is dropped leaves a gap
 * @param captured when the camera took it, by the camera's clock; {@code null} if the source has no times
 * @param arrived when it was received and decoded, by the clock of this machine
 * @param width in pixels
 * @param height in pixels
 * @param jpeg the image
 */
public record Frame(
        String camera,
        long sequence,
        @Nullable Instant captured,
        Instant arrived,
        int width,
        int height,
        JpegBytes jpeg) {}
