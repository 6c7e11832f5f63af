package io.xg2g.camera;

import java.time.Duration;
import java.time.Instant;

/**
 * Clock of a camera: converts the presentation times of one connection into points in time.
 *
 * <p>The first frames of a connection arrive late, in a burst, after ffmpeg has examined the source. The least delay within
 * the first {@link #SETTLING} is therefore taken as that of the camera. From then on a difference between both clocks is
 * drift of the camera's. Not thread-safe.
 */
final class FrameClock {
    /** Time of a connection after which the relation of both clocks is fixed. */
    static final Duration SETTLING = Duration.ofSeconds(10);

    private long firstArrival = Long.MIN_VALUE;
    private long leastDelay = Long.MAX_VALUE;

    /**
     * Returns when a frame was captured, by the camera's clock.
     *
     * @param nanos presentation time of the frame in nanoseconds, from any origin
     */
    Instant captured(long nanos, Instant arrived) {
        long arrival = nanos(arrived);
        if (firstArrival == Long.MIN_VALUE) {
            firstArrival = arrival;
        }
        if (arrival - firstArrival <= SETTLING.toNanos()) {
            leastDelay = Math.min(leastDelay, arrival - nanos);
        }
        return Instant.EPOCH.plusNanos(nanos + leastDelay);
    }

    private static long nanos(Instant instant) {
        return Duration.between(Instant.EPOCH, instant).toNanos();
    }
}
