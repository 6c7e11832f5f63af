package io.xg2g.packaging;

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
 */
public record Track(
        String name, Kind kind, String codec, int timescale, int width, int height, double frameRate, long maxBitrate) {

    /** Media type of a track. */
    public enum Kind {
        VIDEO,
        AUDIO
    }

    public Track {
        if (timescale <= 0) {
            throw new IllegalArgumentException("timescale is " + timescale + "; must be positive");
        }
    }

    public boolean isVideo() {
        return kind == Kind.VIDEO;
    }
}
