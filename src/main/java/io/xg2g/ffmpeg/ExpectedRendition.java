package io.xg2g.ffmpeg;

import io.xg2g.media.CodecName;
import java.util.List;
import java.util.Optional;

/**
 * Properties of a window's rendition, predicted before it is encoded, for playlists and manifests.
 *
 * @param codec codec string (RFC 6381) with the lowest level, at least 3, that allows size, frame rate and bit rate
 * @param width in pixels
 * @param height in pixels
 * @param frameRate frames per second
 */
public record ExpectedRendition(String codec, int width, int height, double frameRate) {
    private static final int MACROBLOCK = 16;
    private static final int HIGH = 100;

    /**
     * Level of H.264 (ITU-T H.264, table A-1).
     *
     * @param idc level times ten
     * @param rate macroblocks per second
     * @param size macroblocks per frame
     * @param bitrate bits per second in profile High
     */
    private record Level(int idc, long rate, long size, long bitrate) {}

    private static final List<Level> LEVELS = List.of(
            new Level(30, 40_500, 1620, 12_500_000),
            new Level(31, 108_000, 3600, 17_500_000),
            new Level(32, 216_000, 5120, 25_000_000),
            new Level(40, 245_760, 8192, 25_000_000),
            new Level(42, 522_240, 8704, 62_500_000),
            new Level(50, 589_824, 22_080, 168_750_000),
            new Level(51, 983_040, 36_864, 300_000_000),
            new Level(52, 2_073_600, 36_864, 300_000_000));

    /**
     * Returns the properties of a rendition of a window; empty for codecs other than H.264.
     *
     * @param grid frames of the window
     */
    public static Optional<ExpectedRendition> of(RenditionSpec spec, MediaInfo.Video video, FrameGrid grid) {
        if (spec.codec() != Codec.H264) {
            return Optional.empty();
        }
        Rung rung = Rung.of(video, List.of(spec), grid).getFirst();
        long size = Math.ceilDiv(rung.width(), MACROBLOCK) * (long) Math.ceilDiv(rung.height(), MACROBLOCK);
        int level = LEVELS.stream()
                .filter(allowed -> size <= allowed.size()
                        && size * rung.frameRate() <= allowed.rate()
                        && spec.bitrate() <= allowed.bitrate())
                .findFirst()
                .orElse(LEVELS.getLast())
                .idc();
        return Optional.of(new ExpectedRendition(
                CodecName.avc("avc1", HIGH, 0, level), rung.width(), rung.height(), rung.frameRate()));
    }
}
