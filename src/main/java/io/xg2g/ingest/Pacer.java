package io.xg2g.ingest;

/**
 * Holds a source that could be read at any speed to its own: real time, after a burst with which a player can begin at
 * once. Not thread-safe.
 */
public final class Pacer {
    /** How much may be read ahead, in 90 kHz ticks. */
    public static final long BURST = 8 * 90_000;

    private static final int PACKET = 188;
    private static final long WRAP = 1L << 33;

    private boolean started;
    private long startedAt;
    private long clock;
    private long lastPcr;

    /**
     * How long to wait before these packets are due.
     *
     * @param packets whole packets of a transport stream, the next ones
     * @param nanos the time now, as {@link System#nanoTime}
     * @return nanoseconds, 0 or more
     */
    long delay(byte[] packets, int length, long nanos) {
        for (int at = 0; at + PACKET <= length; at += PACKET) {
            long pcr = pcr(packets, at);
            if (pcr >= 0) {
                clock(pcr, nanos);
            }
        }
        long due = startedAt + (clock - BURST) * 100_000 / 9;
        return started ? Math.max(0, due - nanos) : 0;
    }

    /** The program clock reference of a packet, in 90 kHz ticks; -1 where it has none. ISO/IEC 13818-1, 2.4.3.4. */
    private static long pcr(byte[] packets, int at) {
        boolean adaptation = (packets[at + 3] & 0x20) != 0;
        if (!adaptation || (packets[at + 4] & 0xff) < 7 || (packets[at + 5] & 0x10) == 0) {
            return -1;
        }
        return ((packets[at + 6] & 0xffL) << 25)
                | ((packets[at + 7] & 0xffL) << 17)
                | ((packets[at + 8] & 0xffL) << 9)
                | ((packets[at + 9] & 0xffL) << 1)
                | ((packets[at + 10] & 0x80L) >> 7);
    }

    private void clock(long pcr, long nanos) {
        if (!started) {
            started = true;
            startedAt = nanos;
        } else {
            long step = Math.floorMod(pcr - lastPcr, WRAP);
            // What goes back, or jumps, takes no time.
            clock += step < BURST ? step : 0;
        }
        lastPcr = pcr;
    }
}
