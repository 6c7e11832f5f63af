package io.xg2g.media;

/** Header of a PES packet at the start of a transport packet's payload (ISO/IEC 13818-1, 2.4.3.6). */
final class Pes {
    private static final int FIXED = 9;
    private static final int TIME = 5;

    private Pes() {}

    /** Returns whether a readable PES packet with an optional header starts in this packet. */
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

    /** Returns the {@code stream_id}. Only for a packet in which a PES packet {@link #starts}. */
    static int streamId(byte[] data, int packet) {
        return data[TsPacket.payload(data, packet) + 3] & 0xff;
    }

    /** Returns the index of the PTS, or -1. Only for a packet in which a PES packet {@link #starts}. */
    static int ptsAt(byte[] data, int packet) {
        int at = TsPacket.payload(data, packet);
        boolean present = (data[at + 7] & 0x80) != 0
                && (data[at + 8] & 0xff) >= TIME
                && at + FIXED + TIME <= packet + TsPacket.SIZE;
        return present ? at + FIXED : -1;
    }

    /** Returns the index of the DTS, or -1 if there is none and it equals the PTS. */
    static int dtsAt(byte[] data, int packet) {
        int at = TsPacket.payload(data, packet);
        boolean present = (data[at + 7] & 0xc0) == 0xc0
                && (data[at + 8] & 0xff) >= 2 * TIME
                && at + FIXED + 2 * TIME <= packet + TsPacket.SIZE;
        return present ? at + FIXED + TIME : -1;
    }

    /** Returns the index of the elementary stream's bytes in this packet, or of the packet's end if it has none. */
    static int body(byte[] data, int packet) {
        int at = TsPacket.payload(data, packet);
        return starts(data, packet) ? Math.min(packet + TsPacket.SIZE, at + FIXED + (data[at + 8] & 0xff)) : at;
    }

    /**
     * Returns the header of a PES packet that starts with a video or audio frame.
     *
     * @param pts modulo 2^33
     * @param dts modulo 2^33; not written if it equals the PTS
     * @param bytes size of the data that follows; a size that does not fit into the field is written as unknown, which is
     *     allowed for video only
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
        // data_alignment_indicator: the data begins with a frame.
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

    /** Returns whether a {@code stream_id} has the optional header (table 2-21). */
    private static boolean hasOptionalHeader(int streamId) {
        return switch (streamId) {
            case 0xbc, 0xbe, 0xbf, 0xf0, 0xf1, 0xf2, 0xf8, 0xff -> false;
            default -> streamId >= 0xbd;
        };
    }
}
