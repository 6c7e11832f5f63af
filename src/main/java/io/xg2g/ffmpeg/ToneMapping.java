package io.xg2g.ffmpeg;

import java.util.List;
import java.util.Locale;

/**
 * Tone mapping of HDR video to 8-bit BT.709, in software.
 *
 * <p>HDR reference white (203 cd/m², ITU-R BT.2408) becomes 83 % of the signal; below 30 % of it the mapping is linear. The
 * peak is that of most masters, 1000 cd/m², not that of each frame's metadata, so that consecutive windows match.
 */
final class ToneMapping {
    private static final int REFERENCE_WHITE = 203;
    private static final double PEAK = 1000.0 / REFERENCE_WHITE;

    /** Options of an encoder whose input is tone-mapped: the tags in bitstream and container. */
    static final List<String> TAGS =
            List.of("-color_primaries", "bt709", "-color_trc", "bt709", "-colorspace", "bt709", "-color_range", "tv");

    private ToneMapping() {}

    /**
     * Returns the filters, which scale down to the size first because they work in 32-bit floating point.
     *
     * @param size largest size that is needed; the last scaling makes pixels square
     */
    static String filters(MediaInfo.DynamicRange range, Rung.Size size) {
        String transfer = range == MediaInfo.DynamicRange.HLG ? "arib-std-b67" : "smpte2084";
        // PQ and HLG imply BT.2020, which not every file says, and without which zscale fails.
        return "setparams=color_primaries=bt2020:color_trc=" + transfer + ":colorspace=bt2020nc,zscale=w="
                + size.width()
                + ":h=" + size.height() + ":f=bicubic:t=linear:npl=" + REFERENCE_WHITE
                + ",format=gbrpf32le,zscale=p=bt709,tonemap=mobius:desat=0:peak="
                + String.format(Locale.ROOT, "%.2f", PEAK)
                + ",zscale=t=bt709:m=bt709:r=tv,format=yuv420p";
    }
}
