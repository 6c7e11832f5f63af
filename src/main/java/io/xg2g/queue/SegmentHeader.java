package io.xg2g.queue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * The first {@value #BYTES} bytes of a segment file, big-endian.
 *
 * <pre>
 *  0  8 bytes  "XG2GQLOG"
 *  8  u32      version of the format, 1
 * 12  u32      length of this header, 64
 * 16  u64      id of the log, random: the same in all files of a directory
 * 24  u64      id of the segment: the name of the file, in decimal
 * 32  u64      id of the first segment that was needed when this one was created
 * 40  u64      sequence of the next item when this one was created
 * 48  u64      time of creation, ms since 1970
 * 56  u32      0
 * 60  u32      CRC32C of bytes 0 to 59
 * </pre>
 */
record SegmentHeader(long log, long segment, long first, long nextSequence, long created) {
    static final int BYTES = 64;
    static final int VERSION = 1;

    private static final byte[] MAGIC = "XG2GQLOG".getBytes(StandardCharsets.US_ASCII);
    private static final int CRC_AT = 60;

    byte[] bytes() {
        ByteBuffer header = ByteBuffer.allocate(BYTES)
                .put(MAGIC)
                .putInt(VERSION)
                .putInt(BYTES)
                .putLong(log)
                .putLong(segment)
                .putLong(first)
                .putLong(nextSequence)
                .putLong(created)
                .putInt(0);
        header.putInt(RecordHeader.crc(header.array(), 0, CRC_AT));
        return header.array();
    }

    /**
     * Reads a header; empty if it is damaged.
     *
     * @throws QueueException.Failed if the file is of another version of the format
     */
    static Optional<SegmentHeader> read(String file, byte[] bytes) {
        ByteBuffer header = ByteBuffer.wrap(bytes);
        byte[] magic = new byte[MAGIC.length];
        header.get(magic);
        int version = header.getInt();
        header.getInt();
        if (header.getInt(CRC_AT) != RecordHeader.crc(bytes, 0, CRC_AT) || !Arrays.equals(magic, MAGIC)) {
            return Optional.empty();
        }
        if (version != VERSION) {
            throw new QueueException.Failed(
                    file + " has version " + version + " of the format; this program reads version " + VERSION, null);
        }
        return Optional.of(new SegmentHeader(
                header.getLong(), header.getLong(), header.getLong(), header.getLong(), header.getLong()));
    }
}
