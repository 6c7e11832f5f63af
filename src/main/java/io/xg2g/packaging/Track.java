package io.xg2g.packaging;

import io.xg2g.media.AudioTrackInfo;
import org.jspecify.annotations.Nullable;

/**
 * Track of an epoch.
 *
 * @param name path element in URLs: {@code 1080p}, {@code audio}
 * @param codec RFC 6381 codec string
 * @param timescale ticks per second
 * @param width coded width in pixels, 0 for audio
 * @param height coded height in pixels, 0 for audio
 * @param frameRate frames per second, 0 for audio
 * @param maxBitrate bound on the bitrate of each segment, in bit/s
 * @param audio language and channels; {@code null} for video
 */
public record Track(
        String name,
        Kind kind,
        String codec,
        int timescale,
        int width,
        int height,
        double frameRate,
        long maxBitrate,
        @Nullable Audio audio) {

    private static final double MAX_RATE_ERROR = 0.01;

    /** Stereo AAC of unknown language. */
    private static final Audio UNKNOWN = new Audio(AudioTrackInfo.UNKNOWN, 2);

    /** Media type of a track. */
    public enum Kind {
        VIDEO,
        AUDIO
    }

    /**
     * Description of an audio track.
     *
     * @param channels with that of low frequency effects
     */
    public record Audio(AudioTrackInfo info, int channels) {}

    public Track {
        if (timescale <= 0) {
            throw new IllegalArgumentException("timescale is " + timescale + "; must be positive");
        }
    }

    /** Creates a track of video, or of stereo AAC of unknown language. */
    public Track(
            String name,
            Kind kind,
            String codec,
            int timescale,
            int width,
            int height,
            double frameRate,
            long maxBitrate) {
        this(name, kind, codec, timescale, width, height, frameRate, maxBitrate, kind == Kind.AUDIO ? UNKNOWN : null);
    }

    /** Creates an audio track. */
    public static Track ofAudio(String name, String codec, int timescale, long maxBitrate, Audio audio) {
        return new Track(name, Kind.AUDIO, codec, timescale, 0, 0, 0, maxBitrate, audio);
    }

    /** Returns the description of an audio track; that of unknown stereo AAC for video. */
    public Audio audioOrUnknown() {
        return audio == null ? UNKNOWN : audio;
    }

    /** Returns whether both have the same name, codec, size and frame rate, which is measured. */
    boolean isEncodedAs(Track other) {
        return name.equals(other.name)
                && codec.equals(other.codec)
                && width == other.width
                && height == other.height
                && Math.abs(frameRate - other.frameRate) < MAX_RATE_ERROR * frameRate;
    }

    public boolean isVideo() {
        return kind == Kind.VIDEO;
    }
}
