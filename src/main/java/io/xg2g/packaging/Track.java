package io.xg2g.packaging;

/**
 * One track in one epoch.
 *
 * @param name its place in addresses: {@code 1080p}, {@code audio}
 * @param kind video or audio
 * @param codec after RFC 6381
 * @param timescale ticks of its times in a second
 * @param width coded width in pixels, 0 for audio
 * @param height coded height in pixels, 0 for audio
 * @param frameRate pictures in a second, 0 for audio
 * @param ceilingBitrate bits in a second that no segment exceeds
 */
public record Track(
        String name,
        Kind kind,
        String codec,
        int timescale,
        int width,
        int height,
        double frameRate,
        long ceilingBitrate) {

    /** What a track carries. */
    public enum Kind {
        VIDEO,
        AUDIO
    }

    public Track {
        if (timescale <= 0) {
            throw new IllegalArgumentException("a timescale is positive, not " + timescale);
        }
    }

    public boolean isVideo() {
        return kind == Kind.VIDEO;
    }
}
