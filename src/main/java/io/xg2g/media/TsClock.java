package io.xg2g.media;

/** Base of a program clock reference: 33 bits of 90 kHz, followed by an extension (ISO/IEC 13818-1, 2.4.3.5). */
final class TsClock {
    static final int BYTES = 6;

    private TsClock() {}

    static long read(byte[] data, int at) {
        return (BigEndian.uint32(data, at) << 1) | ((data[at + 4] & 0x80) >> 7);
    }

    /** Writes the base; the extension stays. */
    static void write(byte[] data, int at, long base) {
        BigEndian.int32(data, at, (int) (base >> 1));
        data[at + 4] = (byte) ((data[at + 4] & 0x7f) | ((int) (base << 7) & 0x80));
    }
}
