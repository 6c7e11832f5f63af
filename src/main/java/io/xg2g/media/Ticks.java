package io.xg2g.media;

/** Times of 33 bits in ticks of 90 kHz, which start anew every 26.5 hours (ISO/IEC 13818-1, 2.4.3.7). */
final class Ticks {
    static final int PER_SECOND = 90_000;
    static final long MASK = (1L << 33) - 1;

    private static final int SPARE_BITS = 64 - 33;

    private Ticks() {}

    /** How much later {@code time} is than {@code reference}, taking the shorter way round: ±2^32. */
    static long between(long reference, long time) {
        return ((time - reference) << SPARE_BITS) >> SPARE_BITS;
    }

    /** Five bytes of a PES header with their marker bits. */
    static long read(byte[] data, int at) {
        return ((data[at] & 0x0eL) << 29)
                | ((BigEndian.uint16(data, at + 1) & 0xfffeL) << 14)
                | ((BigEndian.uint16(data, at + 3) & 0xfffeL) >> 1);
    }

    /** Writes a time over five bytes of a PES header, and leaves their other bits as they are. */
    static void write(byte[] data, int at, long time) {
        data[at] = (byte) ((data[at] & 0xf1) | ((int) (time >> 29) & 0x0e));
        data[at + 1] = (byte) (time >> 22);
        data[at + 2] = (byte) ((data[at + 2] & 0x01) | ((int) (time >> 14) & 0xfe));
        data[at + 3] = (byte) (time >> 7);
        data[at + 4] = (byte) ((data[at + 4] & 0x01) | ((int) (time << 1) & 0xfe));
    }

    /** Converts a time from any timescale; exact where the result is whole, else rounded down. */
    static long of(long time, int timescale) {
        return Math.floorDiv(time, timescale) * PER_SECOND
                + (long) Math.floorMod(time, timescale) * PER_SECOND / timescale;
    }
}
