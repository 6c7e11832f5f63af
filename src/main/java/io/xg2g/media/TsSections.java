package io.xg2g.media;

import java.util.Arrays;
import java.util.function.Consumer;

/** Puts the table sections of one PID together (ISO/IEC 13818-1, 2.4.4), whole and with a right CRC. */
final class TsSections {
    private static final int LARGEST = 1024;
    private static final int SMALLEST = 12;
    private static final int LENGTH_KNOWN = 3;

    private final Consumer<byte[]> whole;
    private final byte[] section = new byte[LARGEST];
    private int filled;
    private boolean open;

    /** @param whole is given each section as a copy of its own, at least 12 bytes */
    TsSections(Consumer<byte[]> whole) {
        this.whole = whole;
    }

    void packet(byte[] data, int packet) {
        int at = TsPacket.payload(data, packet);
        int end = packet + TsPacket.SIZE;
        if (at >= end) {
            return;
        }
        if (TsPacket.startsUnit(data, packet)) {
            int start = at + 1 + (data[at] & 0xff);
            read(data, at + 1, Math.min(start, end));
            at = start;
            filled = 0;
            open = true;
        }
        read(data, at, end);
    }

    private void read(byte[] data, int from, int to) {
        for (int at = from; at < to && open; at++) {
            section[filled++] = data[at];
            // No table has this number: the rest of the packet is stuffing.
            open = section[0] != (byte) 0xff;
            if (filled >= LENGTH_KNOWN && open) {
                int length = LENGTH_KNOWN + (BigEndian.uint16(section, 1) & 0x0fff);
                open = length >= SMALLEST && length <= LARGEST;
                if (filled == length) {
                    finish(length);
                }
            }
        }
    }

    private void finish(int length) {
        filled = 0;
        if (Crc32Mpeg.of(section, length) == 0) {
            whole.accept(Arrays.copyOf(section, length));
        }
    }
}
