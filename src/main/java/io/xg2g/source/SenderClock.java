package io.xg2g.source;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.OptionalLong;

/**
 * Wall clock of an RTSP source, from the sender reports (RFC 3550, section 6.4.1) among the interleaved packets of its connection: each has
 * the time of the source when it was sent. Thread-safe: one thread adds packets, others ask.
 *
 * <p>A report that was delayed makes the source's clock look late, so the earliest of the latest few counts, unless the clock was set
 * meanwhile: forward by one report, back by two that agree. Clocks that have never been set, before the year 2000, are ignored.
 */
final class SenderClock {
    private static final int REPORTS = 4;

    /** A difference that no delay explains: the clock was set. */
    private static final long SET_NANOS = 1_000_000_000L;

    private static final int SENDER_REPORT = 200;
    private static final int VERSION_MASK = 0xc0;
    private static final int VERSION = 0x80;
    /** In an interleaved packet: after the magic byte, the channel and the length. */
    private static final int HEADER = 4;

    private static final int TIME = HEADER + 8;
    private static final int REPORT_BYTES = HEADER + 28;
    private static final int SECOND_BITS = 32;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    /** From the epoch of NTP, 1900, to that of Unix. */
    private static final long EPOCH_SECONDS = 2_208_988_800L;

    private static final Instant EARLIEST = Instant.parse("2000-01-01T00:00:00Z");

    private final Deque<Long> offsets = new ArrayDeque<>();
    private volatile OptionalLong offset = OptionalLong.empty();

    /** Offset of the latest report, if it is late: it was delayed, or the clock was set back, which the next report tells. */
    private OptionalLong late = OptionalLong.empty();

    /** Returns the nanoseconds by which the source's clock is ahead of this machine's; empty before the first report. */
    OptionalLong offset() {
        return offset;
    }

    /**
     * Reads an interleaved packet; all but sender reports are ignored.
     *
     * @param arrived by this machine's clock
     */
    void packet(byte[] bytes, Instant arrived) {
        if (bytes.length < REPORT_BYTES
                || (bytes[HEADER] & VERSION_MASK) != VERSION
                || (bytes[HEADER + 1] & 0xff) != SENDER_REPORT) {
            return;
        }
        long ntp = 0;
        for (int i = 0; i < Long.BYTES; i++) {
            ntp = (ntp << Byte.SIZE) | (bytes[TIME + i] & 0xff);
        }
        long nanos = ((ntp & 0xffff_ffffL) * NANOS_PER_SECOND) >>> SECOND_BITS;
        Instant sent = Instant.ofEpochSecond((ntp >>> SECOND_BITS) - EPOCH_SECONDS, nanos);
        if (!sent.isBefore(EARLIEST)) {
            add(Duration.between(arrived, sent).toNanos());
        }
    }

    private void add(long latest) {
        if (offset.orElse(latest) - latest > SET_NANOS
                && Math.abs(late.orElseGet(offset::getAsLong) - latest) > SET_NANOS) {
            late = OptionalLong.of(latest);
            return;
        }
        late = OptionalLong.empty();
        offsets.removeIf(before -> Math.abs(before - latest) > SET_NANOS);
        offsets.add(latest);
        if (offsets.size() > REPORTS) {
            offsets.remove();
        }
        offset = offsets.stream().mapToLong(Long::longValue).max();
    }
}
