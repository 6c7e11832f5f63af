package io.xg2g.media;

/** The head of a PES packet at the start of a transport packet's payload (ISO/IEC 13818-1, 2.4.3.6). */
final class Pes {
    private static final int FIXED = 9;
    private static final int TIME = 5;

    private Pes() {}

    /** Whether a PES packet with an optional header starts in this packet and can be read. */
    static boolean starts(byte[] data, int packet) {
        int at = TsPacket.payload(data, packet);
        return TsPacket.startsUnit(data, packet)
                && !TsPacket.scrambled(data, packet)
                && at + FIXED <= packet + TsPacket.SIZE
                && data[at] == 0
                && data[at + 1] == 0
                && data[at + 2] == 1
                && (data[at + 6] & 0xc0) == 0x80
                && hasOptionalHeader(data[at + 3] & 0xff);
    }

    /** Where the presentation time lies, or -1. Only where a PES packet {@link #starts}. */
    static int ptsAt(byte[] data, int packet) {
        int at = TsPacket.payload(data, packet);
        boolean there = (data[at + 7] & 0x80) != 0
                && (data[at + 8] & 0xff) >= TIME
                && at + FIXED + TIME <= packet + TsPacket.SIZE;
        return there ? at + FIXED : -1;
    }

    /** Where the decoding time lies, or -1 where it is not there, which means that it is the presentation time. */
    static int dtsAt(byte[] data, int packet) {
        int at = TsPacket.payload(data, packet);
        boolean there = (data[at + 7] & 0xc0) == 0xc0
                && (data[at + 8] & 0xff) >= 2 * TIME
                && at + FIXED + 2 * TIME <= packet + TsPacket.SIZE;
        return there ? at + FIXED + TIME : -1;
    }

    /** Where the bytes of the elementary stream start in this packet; its end where it has none. */
    static int body(byte[] data, int packet) {
        int at = TsPacket.payload(data, packet);
        return starts(data, packet) ? Math.min(packet + TsPacket.SIZE, at + FIXED + (data[at + 8] & 0xff)) : at;
    }

    /**
     * The head of a PES packet with a picture or a frame at its start.
     *
     * @param pts only 33 bits of it are written, and of the others
     * @param dts left out where it is the same
     * @param bytes how many follow; more than fit into the field, which only video may have, are written as unknown
     */
    static byte[] header(int streamId, long pts, long dts, int bytes) {
        boolean both = pts != dts;
        int times = both ? 2 * TIME : TIME;
        byte[] header = new byte[FIXED + times];
        header[2] = 1;
        header[3] = (byte) streamId;
        int length = 3 + times + bytes;
        header[4] = (byte) (length <= 0xffff ? length >> 8 : 0);
        header[5] = (byte) (length <= 0xffff ? length : 0);
        // Begins with a picture or frame: data_alignment_indicator.
        header[6] = (byte) 0x84;
        header[7] = (byte) (both ? 0xc0 : 0x80);
        header[8] = (byte) times;
        time(header, FIXED, both ? 3 : 2, pts);
        if (both) {
            time(header, FIXED + TIME, 1, dts);
        }
        return header;
    }

    private static void time(byte[] header, int at, int kind, long time) {
        header[at] = (byte) ((kind << 4) | 1);
        header[at + 2] = 1;
        header[at + 4] = 1;
        Ticks.write(header, at, time);
    }

    /** Table 2-21: these kinds of streams have none. */
    private static boolean hasOptionalHeader(int streamId) {
        return switch (streamId) {
            case 0xbc, 0xbe, 0xbf, 0xf0, 0xf1, 0xf2, 0xf8, 0xff -> false;
            default -> streamId >= 0xbd;
        };
    }
}
