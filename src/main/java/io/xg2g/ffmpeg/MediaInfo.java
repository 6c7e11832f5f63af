package io.xg2g.ffmpeg;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Properties of an input, found by its inspection.
 *
 * @param format ffmpeg's name of the demuxer, for instance {@code mpegts} or {@code mov,mp4,m4a,3gp,3g2,mj2}
 * @param duration playing time according to the container; zero if unknown
 * @param video the first usable video stream
 * @param audio the main audio stream of the video's program, or {@code null} if there is none
 */
public record MediaInfo(
        String format,
        Duration duration,
        Video video,
        @Nullable Audio audio) {

    /** Returns the same with interlaced video. */
    public MediaInfo asInterlaced() {
        return new MediaInfo(format, duration, video.asInterlaced(), audio);
    }

    /** {@link #format} of one JPEG image, the frame of a camera; no upload has it. */
    public static final String JPEG = "jpeg_pipe";

    /** Transfer characteristics of a video (ITU-T H.273, table 3). */
    public enum DynamicRange {
        /** Standard dynamic range, or unknown. */
        SDR,
        /** Perceptual quantizer of SMPTE ST 2084: HDR10, Dolby Vision. */
        PQ,
        /** Hybrid log-gamma of ARIB STD-B67. */
        HLG
    }

    /**
     * Video stream.
     *
     * @param index of the stream in the input, for {@code -map}
     * @param codec ffmpeg's name of the codec, for instance {@code h264}
     * @param width coded frame width in pixels
     * @param height coded frame height in pixels
     * @param pixelFormat ffmpeg's name of the pixel format, for instance {@code yuv420p10le}
     * @param interlaced whether the video is interlaced, and so is deinterlaced before scaling
     * @param frameRate frames per second; for interlaced video half the field rate; 0 if unknown
     * @param sampleAspectRatio width of one pixel divided by its height; 1 for square pixels
     * @param rotation rotation for display in degrees: 0, 90, 180 or 270; width, height and sample aspect ratio are
     *     those before rotation
     * @param range transfer characteristics
     */
    public record Video(
            int index,
            String codec,
            int width,
            int height,
            String pixelFormat,
            boolean interlaced,
            double frameRate,
            double sampleAspectRatio,
            int rotation,
            DynamicRange range) {

        /** Maximum frame rate of interlaced video; with field pictures (PAFF) ffprobe counts fields. */
        public static final double MAX_INTERLACED_RATE = 31;

        /** Video stream 0 of standard dynamic range without rotation. */
        public Video(
                String codec,
                int width,
                int height,
                String pixelFormat,
                boolean interlaced,
                double frameRate,
                double sampleAspectRatio) {
            this(0, codec, width, height, pixelFormat, interlaced, frameRate, sampleAspectRatio, 0, DynamicRange.SDR);
        }

        /** Returns this video as interlaced video. */
        public Video asInterlaced() {
            return new Video(
                    index,
                    codec,
                    width,
                    height,
                    pixelFormat,
                    true,
                    frameRate > MAX_INTERLACED_RATE ? frameRate / 2 : frameRate,
                    sampleAspectRatio,
                    rotation,
                    range);
        }

        /** Returns whether the video has a high dynamic range, which 8-bit renditions cannot show without tone mapping. */
        public boolean isHdr() {
            return range != DynamicRange.SDR;
        }
    }

    /**
     * Audio stream.
     *
     * @param index of the stream in the input, for {@code -map}
     * @param codec ffmpeg's name of the codec, for instance {@code ac3}
     * @param sampleRate samples per second
     * @param channels number of channels
     */
    public record Audio(int index, String codec, int sampleRate, int channels) {}
}
