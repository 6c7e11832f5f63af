package io.xg2g.ingest;

import io.xg2g.media.PacketAligner;
import io.xg2g.media.Ticks;
import io.xg2g.media.TsPacket;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * Measures how far the media of a transport stream is ahead of real time, so that a source that could be read at any speed is read
 * in real time, after an initial burst with which a player can begin at once.
 *
 * <p>Each program clock reference and the decoding times of each stream are a clock of their own: one of them can end before the
 * others, and programs need not have the same time. The one that has advanced furthest counts. Not thread-safe.
 */
public final class Pacer {
    /** How much may be read ahead of real time, in 90 kHz ticks: 5 s. A first viewer stays as far behind, and its start. */
    public static final long BURST = 5L * Ticks.PER_SECOND;

    /** Longest step of a clock that is not a jump, in 90 kHz ticks. */
    private static final long MAX_STEP = 8L * Ticks.PER_SECOND;

    /** How far a time may be behind the latest one of its clock, in 90 kHz ticks; an earlier one is a jump. */
    private static final long MAX_BACK = 4L * Ticks.PER_SECOND;

    /** Number by which the clock references of a PID are told from its decoding times. */
    private static final int REFERENCE = 1 << 13;

    /** Clock of one stream. */
    private static final class Clock {
        long latest;
        long elapsed;

        Clock(long latest, long elapsed) {
            this.latest = latest;
            this.elapsed = elapsed;
        }
    }

    private final Map<Integer, Clock> clocks = new HashMap<>();
    private PacketAligner aligner = new PacketAligner();

    /** Whether a time has been received since the start or the latest {@link #resume}. */
    private boolean started;

    private long startedAt;

    /** Media since {@link #startedAt}, in ticks. */
    private long elapsed;

    /** Media since the start or the latest {@link #resume}, in ticks. */
    private long received;

    /** Takes the next bytes, in chunks of any size. */
    void accept(byte[] data, int length, long nanos) {
        byte[] packets = aligner.accept(data, length);
        for (int at = 0; at < packets.length; at += TsPacket.SIZE) {
            int pid = TsPacket.pid(packets, at);
            advance(pid + REFERENCE, TsPacket.pcr(packets, at), nanos);
            advance(pid, TsPacket.decodingTime(packets, at), nanos);
        }
    }

    /** Returns how far the media is ahead of real time, at least 0. */
    Duration ahead(long nanos) {
        return Duration.ofNanos(started ? Math.max(0, startedAt + Ticks.toNanos(elapsed) - nanos) : 0);
    }

    /** Returns how much media was received since the start or the latest {@link #resume}. */
    Duration received() {
        return Duration.ofNanos(Ticks.toNanos(received));
    }

    /**
     * Begins a stream that continues the one before it.
     *
     * @param ahead how far the media before it is ahead of real time
     */
    void resume(Duration ahead, long nanos) {
        clocks.clear();
        aligner = new PacketAligner();
        started = ahead.isPositive();
        startedAt = nanos + ahead.toNanos();
        elapsed = 0;
        received = 0;
    }

    private void advance(int number, long time, long nanos) {
        if (time < 0) {
            return;
        }
        if (!started || (clocks.isEmpty() && startedAt - nanos < 0)) {
            started = true;
            startedAt = nanos;
        }
        Clock clock = clocks.computeIfAbsent(number, _ -> new Clock(time, elapsed));
        long step = Ticks.between(clock.latest, time);
        if (step > 0 || step < -MAX_BACK) {
            // A jump takes no time.
            clock.elapsed += step > 0 && step < MAX_STEP ? step : 0;
            clock.latest = time;
            received += Math.max(0, clock.elapsed - elapsed);
            elapsed = Math.max(elapsed, clock.elapsed);
        }
    }
}
