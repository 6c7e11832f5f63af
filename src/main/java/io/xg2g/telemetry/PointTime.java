package io.xg2g.telemetry;

import java.time.Instant;

/** Times as they are kept: nanoseconds since 1970 in a {@code long}. */
final class PointTime {
    /** The first time that can be kept. */
    static final Instant EARLIEST = Instant.parse("1700-01-01T00:00:00Z");

    /** The first time that is too late; far enough from what a {@code long} holds that steps cannot overflow. */
    static final Instant LATEST = Instant.parse("2200-01-01T00:00:00Z");

    private static final long SECOND = 1_000_000_000;

    private PointTime() {}

    /** Whether it can be kept. */
    static boolean fits(Instant time) {
        return !time.isBefore(EARLIEST) && time.isBefore(LATEST);
    }

    /** The time as it is kept; one that cannot be kept becomes one of the two ends. */
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
