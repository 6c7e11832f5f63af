package io.xg2g.queue;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * Header of a record in a segment file, big-endian; the payload follows, and zeros up to the next multiple of 8.
 *
 * <pre>
 *  0  u32  CRC32C of: segment id (u64), offset of the record in the file (u64), bytes 4 to 47
 *  4  u32  CRC32C of the payload as stored
 *  8  u32  length of the payload as stored
 * 12  u8   type
 * 13  u8   flags: 1 = payload is compressed
 * 14  u8   level
 * 15  u8   0
 * 16  u64  sequence of the item; TRIM: id of the first segment that is needed; SEAL: number of records
 * 24  u64  time at which the item was added, ms since 1970
 * 32  u64  time at which it expires, ms since 1970; 0 = never
 * 40  u32  deliveries so far
 * 44  u32  length of the payload before compression
 * </pre>
 *
 * @param type {@link #ITEM} and so on
 * @param stored length of the payload as stored
 * @param payloadCrc CRC32C of the payload as stored
 * @param compressed whether the payload is compressed
 * @param length of the payload before compression
 */
record RecordHeader(
        byte type,
        int stored,
        int payloadCrc,
        boolean compressed,
        int level,
        long sequence,
        long time,
        long expiry,
        int deliveries,
        int length) {
    /** An item; the payload is its bytes. A later record of the same sequence is a copy and replaces it. */
    static final byte ITEM = 1;

    /** An item was delivered. */
    static final byte DELIVERED = 2;

    /** An item was acknowledged, has expired or was removed. */
    static final byte ACKNOWLEDGED = 3;

    /** Segments before the given one are not needed any more, whether or not their files still exist. */
    static final byte TRIM = 4;

    /** The segment is complete. */
    static final byte SEAL = 5;

    static final int BYTES = 48;
    static final int ALIGNMENT = 8;

    private static final int COMPRESSED = 1;
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    /** Returns the header of a record that has only a type and a sequence. */
    static RecordHeader of(byte type, long sequence) {
        return new RecordHeader(type, 0, 0, false, 0, sequence, 0, 0, 0, 0);
    }

    /** Returns the header of an item's record. */
    static RecordHeader of(Entry entry, byte[] stored, int payloadCrc) {
        return new RecordHeader(
                ITEM,
                stored.length,
                payloadCrc,
                stored.length != entry.length,
                entry.level,
                entry.sequence,
                entry.time,
                entry.expiry,
                entry.deliveries,
                entry.length);
    }

    /** Returns the length of a record with a stored payload of a length, padding included. */
    static long recordBytes(long stored) {
        return BYTES + (stored + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }

    long recordBytes() {
        return recordBytes(stored);
    }

    static int crc(byte[] bytes, int from, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, from, length);
        return (int) crc.getValue();
    }

    /** Writes the header of a record that is at an offset of a segment. */
    void write(byte[] to, int at, long segment, long offset) {
        // The place is the first part of the checksum; what follows overwrites it.
        CRC32C crc = new CRC32C();
        LONG.set(to, at, segment);
        LONG.set(to, at + Long.BYTES, offset);
        crc.update(to, at, 2 * Long.BYTES);
        INT.set(to, at + 4, payloadCrc);
        INT.set(to, at + 8, stored);
        to[at + 12] = type;
        to[at + 13] = (byte) (compressed ? COMPRESSED : 0);
        to[at + 14] = (byte) level;
        to[at + 15] = 0;
        LONG.set(to, at + 16, sequence);
        LONG.set(to, at + 24, time);
        LONG.set(to, at + 32, expiry);
        INT.set(to, at + 40, deliveries);
        INT.set(to, at + 44, length);
        crc.update(to, at + Integer.BYTES, BYTES - Integer.BYTES);
        INT.set(to, at, (int) crc.getValue());
    }

    /** Returns whether a valid header of a record at an offset of a segment is in the bytes. */
    static boolean isAt(byte[] bytes, int at, long segment, long offset) {
        byte type = bytes[at + 12];
        return type >= ITEM
                && type <= SEAL
                && isLength((int) INT.get(bytes, at + 8))
                && isLength((int) INT.get(bytes, at + 44))
                && (int) INT.get(bytes, at) == headerCrc(bytes, at, segment, offset);
    }

    private static boolean isLength(int length) {
        return length >= 0 && length <= QueueOptions.Bounds.MAX_ITEM_BYTES;
    }

    /** Returns whether bytes are its payload as stored, with the padding behind it. */
    boolean hasPayload(byte[] bytes, int at) {
        int end = (int) (at + recordBytes() - BYTES);
        int padding = 0;
        for (int i = at + stored; i < end; i++) {
            padding |= bytes[i];
        }
        return padding == 0 && crc(bytes, at, stored) == payloadCrc;
    }

    /** Reads a header that is valid. */
    static RecordHeader read(byte[] bytes, int at) {
        return new RecordHeader(
                bytes[at + 12],
                (int) INT.get(bytes, at + 8),
                (int) INT.get(bytes, at + 4),
                (bytes[at + 13] & COMPRESSED) != 0,
                bytes[at + 14] & 0xFF,
                (long) LONG.get(bytes, at + 16),
                (long) LONG.get(bytes, at + 24),
                (long) LONG.get(bytes, at + 32),
                (int) INT.get(bytes, at + 40),
                (int) INT.get(bytes, at + 44));
    }

    private static int headerCrc(byte[] bytes, int at, long segment, long offset) {
        byte[] place = new byte[2 * Long.BYTES];
        LONG.set(place, 0, segment);
        LONG.set(place, Long.BYTES, offset);
        CRC32C crc = new CRC32C();
        crc.update(place);
        crc.update(bytes, at + Integer.BYTES, BYTES - Integer.BYTES);
        return (int) crc.getValue();
    }
}
