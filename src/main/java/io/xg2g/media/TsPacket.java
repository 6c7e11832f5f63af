package io.xg2g.media;

/** The fields of one transport packet that lies in an array (ISO/IEC 13818-1, 2.4.3.2 to 2.4.3.5). */
final class TsPacket {
    static final int SIZE = 188;
    static final byte SYNC = 0x47;
    static final int PIDS = 0x2000;
    static final int NULL_PID = 0x1fff;
    /** Lower PIDs are those of tables in MPEG and DVB (ETSI EN 300 468, table 1). */
    static final int FIRST_FREE_PID = 0x20;

    static final int DISCONTINUITY = 0x80;
    static final int RANDOM_ACCESS = 0x40;
    static final int PCR = 0x10;
    static final int OPCR = 0x08;

    private static final int HEADER = 4;

    private TsPacket() {}

    static int pid(byte[] data, int packet) {
        return BigEndian.uint16(data, packet + 1) & 0x1fff;
    }

    /** Whether the packet is known to be damaged: none of its fields can be trusted. */
    static boolean damaged(byte[] data, int packet) {
        return (data[packet + 1] & 0x80) != 0;
    }

    /** Whether a PES packet or a table section starts in this packet. */
    static boolean startsUnit(byte[] data, int packet) {
        return (data[packet + 1] & 0x40) != 0;
    }

    static boolean scrambled(byte[] data, int packet) {
        return (data[packet + 3] & 0xc0) != 0;
    }

    static boolean hasPayload(byte[] data, int packet) {
        return (data[packet + 3] & 0x10) != 0;
    }

    static int continuity(byte[] data, int packet) {
        return data[packet + 3] & 0x0f;
    }

    /** Where the payload starts; the packet's end where it has none. */
    static int payload(byte[] data, int packet) {
        if (!hasPayload(data, packet)) {
            return packet + SIZE;
        }
        return Math.min(
                packet + SIZE, packet + HEADER + (hasAdaptation(data, packet) ? 1 + adaptation(data, packet) : 0));
    }

    /** The flags of the adaptation field, 0 where there is none. */
    static int flags(byte[] data, int packet) {
        return hasAdaptation(data, packet) && adaptation(data, packet) > 0 ? data[packet + HEADER + 1] & 0xff : 0;
    }

    /** Where the adaptation field ends, which is inside the packet. */
    static int adaptationEnd(byte[] data, int packet) {
        return Math.min(packet + SIZE, packet + HEADER + 1 + adaptation(data, packet));
    }

    private static boolean hasAdaptation(byte[] data, int packet) {
        return (data[packet + 3] & 0x20) != 0;
    }

    private static int adaptation(byte[] data, int packet) {
        return data[packet + HEADER] & 0xff;
    }
}
