package io.xg2g.ingest;

import io.xg2g.media.Ticks;
import io.xg2g.media.TsPacket;

/**
 * Paces a source that could be read at any speed to real time, by its program clock reference, after an initial burst with
 * which a player can begin at once. Not thread-safe.
 */
public final class Pacer {
    /** How much may be read ahead of real time, in 90 kHz ticks: 8 s. */
    public static final long BURST = 8L * Ticks.PER_SECOND;

    private boolean started;
    private long startedAt;
    private long elapsed;
    private long lastPcr;

    /**
     * Returns how long to wait until these packets are due.
     *
     * @param packets the next complete packets of the transport stream
     * @param nanos current time, as {@link System#nanoTime}
     * @return nanoseconds, at least 0
     */
    long delay(byte[] packets, int length, long nanos) {
        for (int at = 0; at + TsPacket.SIZE <= length; at += TsPacket.SIZE) {
            long pcr = TsPacket.pcr(packets, at);
            if (pcr >= 0) {
                advance(pcr, nanos);
            }
        }
        long due = startedAt + (elapsed - BURST) * 100_000 / 9;
        return started ? Math.max(0, due - nanos) : 0;
    }

    private void advance(long pcr, long nanos) {
        if (!started) {
            started = true;
            startedAt = nanos;
        } else {
            long step = Ticks.between(lastPcr, pcr);
            // A step backwards, or a jump forwards, takes no time.
            elapsed += step >= 0 && step < BURST ? step : 0;
        }
        lastPcr = pcr;
    }
}
