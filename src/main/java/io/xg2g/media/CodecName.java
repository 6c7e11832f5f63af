package io.xg2g.media;

import java.util.Locale;

/** Codec names of playlists (RFC 6381), from the decoder configuration. */
public final class CodecName {
    private CodecName() {}

    /** Profile, constraints and level as in the AVCDecoderConfigurationRecord (ISO/IEC 14496-15, 5.3.3; RFC 6381, 3.3). */
    static String avc(String entry, Mp4Box avcC) throws MalformedMedia {
        return avc(entry, avcC.int8(1), avcC.int8(2), avcC.int8(3));
    }

    /** Returns the name from profile, constraints and level. */
    public static String avc(String entry, int profile, int constraints, int level) {
        return String.format(Locale.ROOT, "%s.%02x%02x%02x", entry, profile, constraints, level);
    }

    /** ISO/IEC 14496-15, annex E.3, from the HEVCDecoderConfigurationRecord (8.3.2). */
    static String hevc(String entry, Mp4Box hvcC) throws MalformedMedia {
        int general = hvcC.int8(1);
        int space = general >> 6;
        StringBuilder name = new StringBuilder(entry).append('.');
        if (space > 0) {
            name.append((char) ('A' + space - 1));
        }
        name.append(general & 0x1f)
                .append('.')
                .append(Integer.toHexString(Integer.reverse(hvcC.int32(2))).toUpperCase(Locale.ROOT))
                .append((general & 0x20) != 0 ? ".H" : ".L")
                .append(hvcC.int8(12));
        int last = 11;
        while (last >= 6 && hvcC.int8(last) == 0) {
            last--;
        }
        for (int at = 6; at <= last; at++) {
            name.append('.').append(Integer.toHexString(hvcC.int8(at)).toUpperCase(Locale.ROOT));
        }
        return name.toString();
    }

    /** AV1 Codec ISO Media File Format Binding, 5, from the AV1CodecConfigurationRecord (2.3). */
    static String av1(Mp4Box av1C) throws MalformedMedia {
        int sequence = av1C.int8(1);
        int flags = av1C.int8(2);
        boolean high = (flags & 0x40) != 0;
        int bits = !high ? 8 : (flags & 0x20) != 0 ? 12 : 10;
        return String.format(
                Locale.ROOT,
                "av01.%d.%02d%s.%02d",
                sequence >> 5,
                sequence & 0x1f,
                (flags & 0x80) != 0 ? "H" : "M",
                bits);
    }
}
