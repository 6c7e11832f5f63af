package io.xg2g.media;

/**
 * Arithmetic of MPEG timestamps: 90 kHz ticks of 33 bits, which wrap around every 26.5 hours (ISO/IEC 13818-1, 2.4.3.7). Times of
 * channels, windows and renditions have the same unit.
 */
public final class Ticks {
    public static final int PER_SECOND = 90_000;
    private static final int SPARE_BITS = 64 - 33;

    private Ticks() {}

    /** Returns the signed distance from {@code reference} to {@code time}, modulo 2^33: -2^32 to 2^32 - 1. */
    public static long between(long reference, long time) {
        return ((time - reference) << SPARE_BITS) >> SPARE_BITS;
    }

    /** Converts a number of ticks to nanoseconds, rounded towards 0. */
    public static long toNanos(long ticks) {
        return ticks * 100_000 / 9;
    }

    /** Reads a time of five bytes with marker bits from a PES header. */
    static long read(byte[] data, int at) {
        return ((data[at] & 0x0eL) << 29)
                | ((BigEndian.uint16(data, at + 1) & 0xfffeL) << 14)
                | ((BigEndian.uint16(data, at + 3) & 0xfffeL) >> 1);
    }

    /** Writes a time over the one in a PES header; marker and prefix bits stay. */
    static void write(byte[] data, int at, long time) {
        data[at] = (byte) ((data[at] & 0xf1) | ((int) (time >> 29) & 0x0e));
        data[at + 1] = (byte) (time >> 22);
        data[at + 2] = (byte) ((data[at + 2] & 0x01) | ((int) (time >> 14) & 0xfe));
        data[at + 3] = (byte) (time >> 7);
        data[at + 4] = (byte) ((data[at + 4] & 0x01) | ((int) (time << 1) & 0xfe));
    }

    /** Converts a time of any timescale to ticks, rounded down. */
    public static long of(long time, int timescale) {
        return Math.floorDiv(time, timescale) * PER_SECOND
                + (long) Math.floorMod(time, timescale) * PER_SECOND / timescale;
    }
}
