package io.xg2g.media;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.Consumer;

/** Puts the table sections of one PID together (ISO/IEC 13818-1, 2.4.4), whole and with a right CRC. */
final class TsSections {
    private static final int LARGEST = 1024;
    private static final int SMALLEST = 12;
    private static final int LENGTH_KNOWN = 3;
    private static final int HEADER = 8;
    private static final int CRC = 4;

    private final Consumer<byte[]> whole;
    private final byte[] section = new byte[LARGEST];
    private int filled;
    private boolean open;

    /** @param whole is given each section as a copy of its own, at least 12 bytes */
    TsSections(Consumer<byte[]> whole) {
        this.whole = whole;
    }

    /**
     * Writes the only section of a table.
     *
     * @param id {@code table_id}
     * @param of what the table is of: {@code transport_stream_id} or {@code program_number}
     * @param version five bits of it count
     * @param contents what is specific to the table
     */
    static byte[] section(int id, int of, int version, ByteBuffer contents) {
        int length = HEADER + contents.remaining() + CRC;
        ByteBuffer section = ByteBuffer.allocate(length);
        section.put((byte) id).putShort((short) (0xb000 | (length - LENGTH_KNOWN)));
        section.putShort((short) of)
                .put((byte) (0xc1 | ((version << 1) & 0x3e)))
                .putShort((short) 0);
        section.put(contents);
        return section.putInt(Crc32Mpeg.of(section.array(), section.position())).array();
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
