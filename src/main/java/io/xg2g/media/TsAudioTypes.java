package io.xg2g.media;

import java.util.Optional;

/**
 * Recognition of audio streams in a program map: by {@code stream_type} (ISO/IEC 13818-1, table 2-34; ATSC A/52; Blu-ray), by
 * a DVB descriptor (ETSI EN 300 468), or by the format identifier of a registration descriptor (ISO/IEC 13818-1, 2.6.8).
 */
final class TsAudioTypes {
    private static final int PRIVATE_DATA = 0x06;
    private static final int REGISTRATION = 0x05;
    private static final int AC3 = 0x6a;
    private static final int EAC3 = 0x7a;
    private static final int DTS = 0x7b;
    private static final int AAC = 0x7c;
    private static final int BLU_RAY = identifier("HDMV");

    private TsAudioTypes() {}

    /**
     * Returns whether a stream is audio.
     *
     * @param bluRay whether the program {@linkplain #isBluRay has the types of Blu-ray}
     * @param map section of the program map
     * @param at index of the stream's first descriptor
     * @param end index behind its last one
     */
    static boolean isAudio(int type, boolean bluRay, byte[] map, int at, int end) {
        return switch (type) {
            // MPEG-1, MPEG-2, ADTS, LATM; AC-3 and E-AC-3 of ATSC; DTS, TrueHD, E-AC-3, DTS-HD; DTS of other muxers.
            case 0x03, 0x04, TsProgram.ADTS, 0x11, 0x81, 0x87, 0x82, 0x83, 0x84, 0x85, 0x8a -> true;
            // LPCM, DTS-HD MA, secondary audio; other types elsewhere, such as SCTE 35.
            case 0x80, 0x86, 0xa1, 0xa2 -> bluRay || hasAudioRegistration(map, at, end);
            case PRIVATE_DATA -> hasAudioDescriptor(map, at, end) || hasAudioRegistration(map, at, end);
            default -> false;
        };
    }

    /** Returns the codec of a stream of ADTS, AC-3 or E-AC-3; empty for another one. Parameters as for {@link #isAudio}. */
    static Optional<AudioCodec> frames(int type, byte[] map, int at, int end) {
        return switch (type) {
            case TsProgram.ADTS -> Optional.of(AudioCodec.AAC);
            case 0x81 -> Optional.of(AudioCodec.AC3);
            case 0x84, 0x87 -> Optional.of(AudioCodec.EAC3);
            case PRIVATE_DATA -> {
                int registered = registration(map, at, end);
                if (hasDescriptor(map, at, end, EAC3) || registered == identifier("EAC3")) {
                    yield Optional.of(AudioCodec.EAC3);
                }
                yield hasDescriptor(map, at, end, AC3) || registered == identifier("AC-3")
                        ? Optional.of(AudioCodec.AC3)
                        : Optional.empty();
            }
            default -> Optional.empty();
        };
    }

    /**
     * Returns whether the descriptors of a program say that its stream types are those of Blu-ray.
     *
     * @param at index of the program's first descriptor
     * @param end index behind its last one
     */
    static boolean isBluRay(byte[] map, int at, int end) {
        return registration(map, at, end) == BLU_RAY;
    }

    /** Returns whether there is a descriptor of AC-3, E-AC-3, DTS or AAC (ETSI EN 300 468, annexes D, G and H). */
    private static boolean hasAudioDescriptor(byte[] map, int from, int end) {
        return hasDescriptor(map, from, end, AC3)
                || hasDescriptor(map, from, end, EAC3)
                || hasDescriptor(map, from, end, DTS)
                || hasDescriptor(map, from, end, AAC);
    }

    private static boolean hasDescriptor(byte[] map, int from, int end, int tag) {
        for (int at = from; at + 2 <= end; at += 2 + (map[at + 1] & 0xff)) {
            if ((map[at] & 0xff) == tag) {
                return true;
            }
        }
        return false;
    }

    private static boolean hasAudioRegistration(byte[] map, int at, int end) {
        int registered = registration(map, at, end);
        for (String format : new String[] {"AC-3", "EAC3", "DTS1", "DTS2", "DTS3", "mlpa", "Opus", "BSSD"}) {
            if (registered == identifier(format)) {
                return true;
            }
        }
        return false;
    }

    /** Returns the format identifier of the first registration descriptor, or 0. */
    private static int registration(byte[] map, int from, int end) {
        for (int at = from; at + 6 <= end; at += 2 + (map[at + 1] & 0xff)) {
            if ((map[at] & 0xff) == REGISTRATION && (map[at + 1] & 0xff) >= 4) {
                return (BigEndian.uint16(map, at + 2) << 16) | BigEndian.uint16(map, at + 4);
            }
        }
        return 0;
    }

    private static int identifier(String format) {
        return (format.charAt(0) << 24) | (format.charAt(1) << 16) | (format.charAt(2) << 8) | format.charAt(3);
    }
}
