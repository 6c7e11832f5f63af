package io.xg2g.media;

/** What a picture says of its own format, as one number. */
final class FormatHash {
    private static final int START_CODE = 0x100;
    private static final int PICTURE = -1;
    private static final int ALL = Integer.MAX_VALUE;

    private FormatHash() {}

    /**
     * Hashes the sequence parameter sets or the sequence header in front of the first slice.
     *
     * @return 0 where there are none
     */
    static int of(int streamType, byte[] packets) {
        int hash = 0;
        int taking = 0;
        int window = -1;
        for (int packet = 0; packet < packets.length; packet += TsPacket.SIZE) {
            for (int at = Pes.body(packets, packet); at < packet + TsPacket.SIZE; at++) {
                window = (window << 8) | (packets[at] & 0xff);
                if ((window & 0xffffff00) == START_CODE) {
                    taking = taken(streamType, window & 0xff);
                    if (taking == PICTURE) {
                        return hash;
                    }
                } else if (taking > 0) {
                    taking--;
                    hash = 31 * hash + (window & 0xff) + 1;
                }
            }
        }
        return hash;
    }

    /** How many bytes behind a start code tell the format; {@link #PICTURE} where the picture itself begins. */
    private static int taken(int streamType, int code) {
        return switch (streamType) {
            case 0x01, 0x02 -> mpeg2(code);
            case TsProgram.H264 -> h264(code & 0x1f);
            case TsProgram.HEVC -> hevc((code >> 1) & 0x3f);
            default -> 0;
        };
    }

    /** Sequence header: size, shape and rate. Its extension: profile, progressive (ISO/IEC 13818-2, 6.2.2). */
    private static int mpeg2(int code) {
        return switch (code) {
            case 0x00 -> PICTURE;
            case 0xb3 -> 4;
            case 0xb5 -> 2;
            default -> 0;
        };
    }

    /** ISO/IEC 14496-10, table 7-1. */
    private static int h264(int type) {
        return switch (type) {
            case 1, 2, 3, 4, 5 -> PICTURE;
            case 7 -> ALL;
            default -> 0;
        };
    }

    /** ISO/IEC 23008-2, table 7-1. */
    private static int hevc(int type) {
        return type < 32 ? PICTURE : type == 33 ? ALL : 0;
    }
}
