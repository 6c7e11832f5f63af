package io.xg2g.media;

/** Hash of the format parameters in a video frame: frame size, frame rate and profile, among others. */
final class FormatHash {
    private static final int START_CODE = 0x100;
    private static final int FRAME = -1;
    private static final int UNLIMITED = Integer.MAX_VALUE;

    private FormatHash() {}

    /**
     * Hashes the sequence parameter sets or the sequence header before the first slice.
     *
     * @return 0 if there are none
     */
    static int of(int streamType, byte[] packets) {
        int hash = 0;
        int remaining = 0;
        int window = -1;
        for (int packet = 0; packet < packets.length; packet += TsPacket.SIZE) {
            for (int at = Pes.body(packets, packet); at < packet + TsPacket.SIZE; at++) {
                window = (window << 8) | (packets[at] & 0xff);
                if ((window & 0xffffff00) == START_CODE) {
                    remaining = hashedBytes(streamType, window & 0xff);
                    if (remaining == FRAME) {
                        return hash;
                    }
                } else if (remaining > 0) {
                    remaining--;
                    hash = 31 * hash + (window & 0xff) + 1;
                }
            }
        }
        return hash;
    }

    /** Returns how many bytes after a start code are hashed, or {@link #FRAME} if the coded frame begins there. */
    private static int hashedBytes(int streamType, int code) {
        return switch (streamType) {
            case 0x01, 0x02 -> mpeg2(code);
            case TsProgram.H264 -> h264(code & 0x1f);
            case TsProgram.HEVC -> hevc((code >> 1) & 0x3f);
            default -> 0;
        };
    }

    /** Sequence header: size, aspect ratio and rate. Its extension: profile, progressive (ISO/IEC 13818-2, 6.2.2). */
    private static int mpeg2(int code) {
        return switch (code) {
            case 0x00 -> FRAME;
            case 0xb3 -> 4;
            case 0xb5 -> 2;
            default -> 0;
        };
    }

    /** ISO/IEC 14496-10, table 7-1. */
    private static int h264(int type) {
        return switch (type) {
            case 1, 2, 3, 4, 5 -> FRAME;
            case 7 -> UNLIMITED;
            default -> 0;
        };
    }

    /** ISO/IEC 23008-2, table 7-1. */
    private static int hevc(int type) {
        return type < 32 ? FRAME : type == 33 ? UNLIMITED : 0;
    }
}
