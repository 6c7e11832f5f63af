package io.xg2g.media;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/** Writer of transport packets with continuity counters (ISO/IEC 13818-1, 2.4.3). Not thread-safe. */
final class TsWriter {
    private static final int HEADER = 4;
    private static final int START = 0x40;
    private static final int ADAPTATION = 0x20;
    private static final int PAYLOAD = 0x10;
    private static final int LENGTH_AND_FLAGS = 2;

    /** Continuity counter of the last packet of each PID. */
    private final byte[] counters = new byte[TsPacket.PIDS];

    private final byte[] packet = new byte[TsPacket.SIZE];
    private ByteArrayOutputStream out = new ByteArrayOutputStream();

    TsWriter() {
        // The first packet has 0.
        Arrays.fill(counters, (byte) 0x0f);
    }

    /** Returns and removes the packets written since the last call. */
    byte[] take() {
        byte[] written = out.toByteArray();
        out = new ByteArrayOutputStream(written.length);
        return written;
    }

    /** Writes a table section in packets of its own. */
    void section(int pid, byte[] section) {
        int at = 0;
        while (at < section.length) {
            int start = HEADER;
            head(pid, at == 0 ? START : 0, PAYLOAD);
            if (at == 0) {
                packet[start++] = 0;
            }
            int length = Math.min(section.length - at, TsPacket.SIZE - start);
            System.arraycopy(section, at, packet, start, length);
            Arrays.fill(packet, start + length, TsPacket.SIZE, (byte) 0xff);
            out.write(packet, 0, TsPacket.SIZE);
            at += length;
        }
    }

    /**
     * Writes a PES packet.
     *
     * @param flags of the adaptation field of its first packet
     * @param clock the base of the PCR, written if the flags include it
     */
    void pes(int pid, int flags, long clock, byte[] pes) {
        int at = 0;
        while (at < pes.length) {
            int field = at > 0 || flags == 0 ? 0 : LENGTH_AND_FLAGS + clockBytes(flags);
            int length = Math.min(pes.length - at, TsPacket.SIZE - HEADER - field);
            int start = TsPacket.SIZE - length;
            head(pid, at == 0 ? START : 0, start > HEADER ? ADAPTATION | PAYLOAD : PAYLOAD);
            adaptation(start, at == 0 ? flags : 0, clock);
            System.arraycopy(pes, at, packet, start, length);
            out.write(packet, 0, TsPacket.SIZE);
            at += length;
        }
    }

    /** Writes a packet with a PCR and no payload. */
    void clock(int pid, int flags, long clock) {
        head(pid, 0, ADAPTATION);
        adaptation(TsPacket.SIZE, flags, clock);
        out.write(packet, 0, TsPacket.SIZE);
    }

    /** Writes an adaptation field up to the start of the payload. */
    private void adaptation(int end, int flags, long clock) {
        if (end > HEADER) {
            packet[HEADER] = (byte) (end - HEADER - 1);
        }
        if (end > HEADER + 1) {
            packet[HEADER + 1] = (byte) flags;
            int at = HEADER + LENGTH_AND_FLAGS;
            if (clockBytes(flags) > 0) {
                TsClock.write(packet, at, clock);
                // The reserved bits are set, and the extension is 0.
                packet[at + 4] |= 0x7e;
                packet[at + 5] = 0;
                at += TsClock.BYTES;
            }
            Arrays.fill(packet, at, end, (byte) 0xff);
        }
    }

    private static int clockBytes(int flags) {
        return (flags & TsPacket.PCR) != 0 ? TsClock.BYTES : 0;
    }

    private void head(int pid, int start, int control) {
        packet[0] = TsPacket.SYNC;
        packet[1] = (byte) (start | (pid >> 8));
        packet[2] = (byte) pid;
        // Packets without a payload do not increment the counter.
        counters[pid] = (byte) ((counters[pid] + ((control & PAYLOAD) != 0 ? 1 : 0)) & 0x0f);
        packet[3] = (byte) (control | counters[pid]);
    }
}
