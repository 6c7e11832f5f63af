package io.xg2g.media;

import java.util.Arrays;

/**
 * Accessors of the fields of a transport packet in an array (ISO/IEC 13818-1, 2.4.3.2 to 2.4.3.5). {@code packet} is the
 * index of its sync byte. Only the first four bytes are read, unless stated otherwise.
 */
public final class TsPacket {
    /** Size of a packet, in bytes. */
    public static final int SIZE = 188;

    /** First byte of each packet. */
    public static final byte SYNC = 0x47;

    /** PID of packets without content, which only fill up the bit rate. */
    public static final int NULL_PID = 0x1fff;

    /** First PID of elementary streams: lower ones carry tables of MPEG and DVB (ETSI EN 300 468, table 1). */
    public static final int FIRST_FREE_PID = 0x20;

    /** Number of PIDs. */
    static final int PIDS = 0x2000;

    /** Consecutive packets with a sync byte by which a transport stream is recognised. */
    static final int SYNC_PACKETS = 3;

    static final int DISCONTINUITY = 0x80;
    static final int RANDOM_ACCESS = 0x40;
    static final int PCR = 0x10;
    static final int OPCR = 0x08;

    /** Offset of the PCR, behind the length and the flags of the adaptation field. */
    static final int PCR_OFFSET = 6;

    private static final int HEADER = 4;

    private TsPacket() {}

    /**
     * Returns whether three consecutive packets have a sync byte.
     *
     * @param length bytes from {@code offset} on that may be read
     */
    public static boolean isTransportStream(byte[] data, int offset, int length) {
        if (length <= (SYNC_PACKETS - 1) * SIZE) {
            return false;
        }
        for (int i = 0; i < SYNC_PACKETS; i++) {
            if (data[offset + i * SIZE] != SYNC) {
                return false;
            }
        }
        return true;
    }

    /** Returns whether bytes are the beginning of a transport stream, at a packet or within one, as some servers begin anywhere. */
    public static boolean beginsTransportStream(byte[] data) {
        for (int offset = 0; offset < SIZE; offset++) {
            if (isTransportStream(data, offset, data.length - offset)) {
                return true;
            }
        }
        return false;
    }

    public static int pid(byte[] data, int packet) {
        return BigEndian.uint16(data, packet + 1) & 0x1fff;
    }

    /** Returns a packet without content, which decoders skip (ISO/IEC 13818-1, 2.4.1). */
    public static byte[] nullPacket() {
        byte[] packet = new byte[SIZE];
        Arrays.fill(packet, (byte) 0xff);
        packet[0] = SYNC;
        packet[1] = (byte) (NULL_PID >> 8);
        packet[2] = (byte) NULL_PID;
        packet[3] = 0x10;
        return packet;
    }

    /** Returns {@code transport_error_indicator}: where it is set, no other field is reliable. */
    public static boolean damaged(byte[] data, int packet) {
        return (data[packet + 1] & 0x80) != 0;
    }

    /** Returns {@code payload_unit_start_indicator}: whether a PES packet or a table section starts in this packet. */
    static boolean startsUnit(byte[] data, int packet) {
        return (data[packet + 1] & 0x40) != 0;
    }

    public static boolean scrambled(byte[] data, int packet) {
        return (data[packet + 3] & 0xc0) != 0;
    }

    public static boolean hasPayload(byte[] data, int packet) {
        return (data[packet + 3] & 0x10) != 0;
    }

    static int continuity(byte[] data, int packet) {
        return data[packet + 3] & 0x0f;
    }

    /** Returns the index of the payload, or of the packet's end if it has none. Reads the adaptation field. */
    static int payload(byte[] data, int packet) {
        if (!hasPayload(data, packet)) {
            return packet + SIZE;
        }
        return Math.min(
                packet + SIZE, packet + HEADER + (hasAdaptation(data, packet) ? 1 + adaptation(data, packet) : 0));
    }

    /** Returns the flags of the adaptation field, or 0 if it has none. Reads the adaptation field. */
    static int flags(byte[] data, int packet) {
        return hasAdaptation(data, packet) && adaptation(data, packet) > 0 ? data[packet + HEADER + 1] & 0xff : 0;
    }

    /**
     * Returns a packet without payload that allows the continuity counter of its PID to jump to that of another packet, which follows
     * it (ISO/IEC 13818-1, 2.4.3.5).
     */
    static byte[] discontinuityBefore(byte[] data, int packet) {
        byte[] before = new byte[SIZE];
        Arrays.fill(before, (byte) 0xff);
        before[0] = SYNC;
        before[1] = (byte) (data[packet + 1] & 0x1f);
        before[2] = data[packet + 2];
        // Packets without a payload do not increment the counter.
        int counter = continuity(data, packet) - (hasPayload(data, packet) ? 1 : 0);
        before[3] = (byte) (0x20 | (counter & 0x0f));
        before[HEADER] = (byte) (SIZE - HEADER - 1);
        before[HEADER + 1] = (byte) DISCONTINUITY;
        return before;
    }

    /**
     * Returns the decoding time of the frame that starts in a complete packet, in 90 kHz ticks of 33 bits; -1 if none does, or if
     * it has no time.
     */
    public static long decodingTime(byte[] data, int packet) {
        if (!Pes.starts(data, packet)) {
            return -1;
        }
        int pts = Pes.ptsAt(data, packet);
        int dts = Pes.dtsAt(data, packet);
        return pts < 0 ? -1 : Ticks.read(data, dts < 0 ? pts : dts);
    }

    /**
     * Returns the base of the program clock reference, in 90 kHz ticks of 33 bits, or -1 if the packet has none. Reads the
     * adaptation field.
     */
    public static long pcr(byte[] data, int packet) {
        boolean present =
                (flags(data, packet) & PCR) != 0 && packet + PCR_OFFSET + TsClock.BYTES <= adaptationEnd(data, packet);
        return present ? TsClock.read(data, packet + PCR_OFFSET) : -1;
    }

    /** Returns the index of the end of the adaptation field, at most that of the packet's end. */
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
