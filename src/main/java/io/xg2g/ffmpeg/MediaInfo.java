package io.xg2g.ffmpeg;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What inspection found out about an input.
 *
 * @param format ffmpeg's name of the demuxer, for instance {@code mpegts} or {@code mov,mp4,m4a,3gp,3g2,mj2}
 * @param duration playing time as the container states it; zero where it says nothing
 * @param video the first decodable video stream
 * @param audio the first audio stream, or {@code null} where there is none
 */
public record MediaInfo(
        String format,
        Duration duration,
        Video video,
        @Nullable Audio audio) {

    /**
     * A video stream.
     *
     * @param codec ffmpeg's name of the codec, for instance {@code h264}
     * @param width coded picture width in pixels
     * @param height coded picture height in pixels
     * @param pixelFormat ffmpeg's name of the pixel format, for instance {@code yuv420p10le}
     * @param interlaced whether the pictures are interlaced, so that they are deinterlaced before scaling
     * @param frameRate frames a second; for interlaced video half the number of fields; 0 where unknown
     * @param sampleAspectRatio width of one pixel divided by its height; 1 for square pixels
     * @param rotation degrees by which the coded picture is turned for showing: 0, 90, 180 or 270; width, height and
     *     sample aspect ratio are those of the coded picture
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

        /** A video stream that is shown as it is coded. */
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
     * An audio stream.
     *
     * @param codec ffmpeg's name of the codec, for instance {@code ac3}
     * @param sampleRate samples a second
     * @param channels number of channels
     */
    public record Audio(String codec, int sampleRate, int channels) {}
}
