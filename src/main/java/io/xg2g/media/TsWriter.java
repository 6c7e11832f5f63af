package io.xg2g.media;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/** Writes transport packets with their continuity counters (ISO/IEC 13818-1, 2.4.3). */
final class TsWriter {
    private static final int HEADER = 4;
    private static final int START = 0x40;
    private static final int PAYLOAD = 0x10;

    private final byte[] counters = new byte[TsPacket.PIDS];
    private final byte[] packet = new byte[TsPacket.SIZE];
    private ByteArrayOutputStream out = new ByteArrayOutputStream();

    /** What was written since the last time. */
    byte[] take() {
        byte[] written = out.toByteArray();
        out = new ByteArrayOutputStream(written.length);
        return written;
    }

    /** A table section, which has packets of its own. */
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

    private void head(int pid, int start, int control) {
        packet[0] = TsPacket.SYNC;
        packet[1] = (byte) (start | (pid >> 8));
        packet[2] = (byte) pid;
        packet[3] = (byte) (control | counters[pid]);
        if ((control & PAYLOAD) != 0) {
            counters[pid] = (byte) ((counters[pid] + 1) & 0x0f);
        }
    }
}
