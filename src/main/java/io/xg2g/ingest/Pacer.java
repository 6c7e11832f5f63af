package io.xg2g.ingest;

import io.xg2g.media.Ticks;
import io.xg2g.media.TsPacket;

/**
 * Paces a source that could be read at any speed to real time, after an initial burst with which a player can begin at
 * once. Its clock is the latest of the program clock references and the decoding times of all streams: one stream, and the
 * clock reference with it, can end before another. Not thread-safe.
 */
public final class Pacer {
    /** How much may be read ahead of real time, in 90 kHz ticks: 5 s. A first viewer stays as far behind, and its start. */
    public static final long BURST = 5L * Ticks.PER_SECOND;

    /** Longest step of the clock that is not a jump, in 90 kHz ticks. */
    private static final long MAX_STEP = 8L * Ticks.PER_SECOND;

    /** How far a stream may be behind another one, in 90 kHz ticks; a time that is earlier is a jump of the clock. */
    private static final long MAX_APART = 4L * Ticks.PER_SECOND;

    private boolean started;
    private long startedAt;
    private long elapsed;
    private long latest;

    /**
     * Returns how long to wait until these packets are due.
     *
     * @param packets the next complete packets of the transport stream
     * @param nanos current time, as {@link System#nanoTime}
     * @return nanoseconds, at least 0
     */
    long delay(byte[] packets, int length, long nanos) {
        for (int at = 0; at + TsPacket.SIZE <= length; at += TsPacket.SIZE) {
            advance(TsPacket.pcr(packets, at), nanos);
            advance(TsPacket.decodingTime(packets, at), nanos);
        }
        long due = startedAt + (elapsed - BURST) * 100_000 / 9;
        return started ? Math.max(0, due - nanos) : 0;
    }

    private void advance(long time, long nanos) {
        if (time < 0) {
            return;
        }
        long step = started ? Ticks.between(latest, time) : 0;
        if (!started) {
            started = true;
            startedAt = nanos;
            latest = time;
        } else if (step > 0 || step < -MAX_APART) {
            // A jump takes no time.
            elapsed += step > 0 && step < MAX_STEP ? step : 0;
            latest = time;
        }
    }
}
