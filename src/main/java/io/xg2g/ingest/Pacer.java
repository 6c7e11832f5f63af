package io.xg2g.ingest;

/**
 * Pacer of a source that can be read faster than real time: limits reading to the rate of its program clock, after an
 * initial burst for a fast start. Not thread-safe.
 */
public final class Pacer {
    /** Maximum lead over real time, in 90 kHz ticks. */
    public static final long BURST = 8 * 90_000;

    private static final int PACKET_BYTES = 188;
    private static final long WRAP = 1L << 33;

    private boolean started;
    private long startedAt;
    private long elapsed;
    private long lastPcr;

    /**
     * Returns the delay before the given packets are due.
     *
     * @param packets the next complete packets of the transport stream
     * @param nanos current time, as {@link System#nanoTime}
     * @return nanoseconds, at least 0
     */
    long delay(byte[] packets, int length, long nanos) {
        for (int at = 0; at + PACKET_BYTES <= length; at += PACKET_BYTES) {
            long pcr = pcr(packets, at);
            if (pcr >= 0) {
                advance(pcr, nanos);
            }
        }
        long due = startedAt + (elapsed - BURST) * 100_000 / 9;
        return started ? Math.max(0, due - nanos) : 0;
    }

    /** Returns the PCR base of a packet, in 90 kHz ticks, or -1 if it has none (ISO/IEC 13818-1, 2.4.3.4). */
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

    private void advance(long pcr, long nanos) {
        if (!started) {
            started = true;
            startedAt = nanos;
        } else {
            long step = Math.floorMod(pcr - lastPcr, WRAP);
            // Steps back and jumps count as 0.
            elapsed += step < BURST ? step : 0;
        }
        lastPcr = pcr;
    }
}
