package io.xg2g.ffmpeg;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Properties of an input, found by its inspection.
 *
 * @param format ffmpeg's name of the demuxer, for instance {@code mpegts} or {@code mov,mp4,m4a,3gp,3g2,mj2}
 * @param duration playing time according to the container; zero if unknown
 * @param video the first decodable video stream
 * @param audio the first audio stream, or {@code null} if there is none
 */
public record MediaInfo(
        String format,
        Duration duration,
        Video video,
        @Nullable Audio audio) {

    /** {@link #format} of one JPEG image, the frame of a camera; no upload has it. */
    public static final String JPEG = "jpeg_pipe";

    /**
     * Video stream.
     *
     * @param codec ffmpeg's name of the codec, for instance {@code h264}
     * @param width coded frame width in pixels
     * @param height coded frame height in pixels
     * @param pixelFormat ffmpeg's name of the pixel format, for instance {@code yuv420p10le}
     * @param interlaced whether the video is interlaced, and so is deinterlaced before scaling
     * @param frameRate frames per second; for interlaced video half the field rate; 0 if unknown
     * @param sampleAspectRatio width of one pixel divided by its height; 1 for square pixels
     * @param rotation rotation for display in degrees: 0, 90, 180 or 270; width, height and sample aspect ratio are
     *     those before rotation
     */
    public record Video(
            String codec,
            int width,
            int height,
            String pixelFormat,
            boolean interlaced,
            double frameRate,
            double sampleAspectRatio,
            int rotation) {

        /** Video stream without rotation. */
        public Video(
                String codec,
                int width,
                int height,
                String pixelFormat,
                boolean interlaced,
                double frameRate,
                double sampleAspectRatio) {
            this(codec, width, height, pixelFormat, interlaced, frameRate, sampleAspectRatio, 0);
        }
    }

    /**
     * Audio stream.
     *
     * @param codec ffmpeg's name of the codec, for instance {@code ac3}
     * @param sampleRate samples per second
     * @param channels number of channels
     */
    public record Audio(String codec, int sampleRate, int channels) {}
}
