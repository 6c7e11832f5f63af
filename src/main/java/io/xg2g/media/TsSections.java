package io.xg2g.media;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.Consumer;

/** Assembler of the table sections of one PID (ISO/IEC 13818-1, 2.4.4). Sections with a wrong CRC are dropped. */
final class TsSections {
    private static final int MAX_BYTES = 1024;
    private static final int MIN_BYTES = 12;
    private static final int LENGTH_KNOWN = 3;
    private static final int HEADER = 8;
    private static final int CRC = 4;

    private final Consumer<byte[]> sections;
    private final byte[] section = new byte[MAX_BYTES];
    private int filled;
    private boolean open;

    /** @param sections receives each complete section, at least 12 bytes, as a new array */
    TsSections(Consumer<byte[]> sections) {
        this.sections = sections;
    }

    /**
     * Returns the section of a table that has only one.
     *
     * @param id {@code table_id}
     * @param of {@code transport_stream_id} or {@code program_number}
     * @param version {@code version_number}, modulo 32
     * @param contents the table's own fields
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
            // table_id 0xff: the rest of the packet is stuffing.
            open = section[0] != (byte) 0xff;
            if (filled >= LENGTH_KNOWN && open) {
                int length = LENGTH_KNOWN + (BigEndian.uint16(section, 1) & 0x0fff);
                open = length >= MIN_BYTES && length <= MAX_BYTES;
                if (filled == length) {
                    finish(length);
                }
            }
        }
    }

    private void finish(int length) {
        filled = 0;
        if (Crc32Mpeg.of(section, length) == 0) {
            sections.accept(Arrays.copyOf(section, length));
        }
    }
}
