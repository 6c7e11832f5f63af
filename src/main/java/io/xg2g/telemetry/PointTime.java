package io.xg2g.telemetry;

import java.time.Instant;

/** Times as stored: nanoseconds since 1970 in a {@code long}. */
final class PointTime {
    /** First supported time, inclusive. */
    static final Instant EARLIEST = Instant.parse("1700-01-01T00:00:00Z");

    /** End of the supported times, exclusive; far enough from the range of {@code long} that steps cannot overflow. */
    static final Instant LATEST = Instant.parse("2200-01-01T00:00:00Z");

    private static final long SECOND = 1_000_000_000;

    private PointTime() {}

    /** Returns whether a time is supported. */
    static boolean fits(Instant time) {
        return !time.isBefore(EARLIEST) && time.isBefore(LATEST);
    }

    /** Converts a time, clamped to the supported range. */
    static long nanos(Instant time) {
        if (time.isBefore(EARLIEST)) {
            return Long.MIN_VALUE;
        }
        return fits(time) ? time.getEpochSecond() * SECOND + time.getNano() : Long.MAX_VALUE;
    }

    static Instant instant(long nanos) {
        return Instant.ofEpochSecond(Math.floorDiv(nanos, SECOND), Math.floorMod(nanos, SECOND));
    }
}
