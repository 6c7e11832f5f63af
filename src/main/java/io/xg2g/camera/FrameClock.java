package io.xg2g.camera;

import java.time.Duration;
import java.time.Instant;
import java.util.OptionalLong;

/**
 * Clock of a camera: converts the presentation times of one connection into points in time.
 *
 * <p>The first frames of a connection arrive late, in a burst, after ffmpeg has examined the source. The least delay within
 * the first {@link #SETTLING} is therefore taken as that of the camera.
 *
 * <p>If the camera tells its wall clock, a frame was captured at the time of that clock when it arrived, less the delay by which it came
 * later than the frames of the last {@link #SETTLING}. If not, only a difference of both clocks since the beginning is known: it is drift of
 * the camera's. Not thread-safe.
 */
final class FrameClock {
    /** Time of a connection after which the relation of both clocks is fixed. */
    static final Duration SETTLING = Duration.ofSeconds(10);

    private long firstArrival = Long.MIN_VALUE;
    private long leastDelay = Long.MAX_VALUE;

    /** Least delays of the current period and of the one before, each as long as {@link #SETTLING}. */
    private long recentDelay = Long.MAX_VALUE;

    private long delayBefore = Long.MAX_VALUE;
    private long period = Long.MIN_VALUE;

    /**
     * Returns when a frame was captured, by the camera's clock.
     *
     * @param nanos presentation time of the frame in nanoseconds, from any origin
     * @param offset nanoseconds by which the camera's wall clock is ahead of that of {@code arrived}, if it is known
     */
    Instant captured(long nanos, Instant arrived, OptionalLong offset) {
        long arrival = nanos(arrived);
        long delay = arrival - nanos;
        if (firstArrival == Long.MIN_VALUE) {
            firstArrival = arrival;
        }
        if (arrival - firstArrival <= SETTLING.toNanos()) {
            leastDelay = Math.min(leastDelay, delay);
        }
        long now = Math.floorDiv(arrival - firstArrival, SETTLING.toNanos());
        if (now != period) {
            delayBefore = now == period + 1 ? recentDelay : Long.MAX_VALUE;
            recentDelay = delay;
            period = now;
        }
        recentDelay = Math.min(recentDelay, delay);
        return offset.isPresent()
                ? Instant.EPOCH.plusNanos(nanos + Math.min(recentDelay, delayBefore) + offset.getAsLong())
                : Instant.EPOCH.plusNanos(nanos + leastDelay);
    }

    private static long nanos(Instant instant) {
        return Duration.between(Instant.EPOCH, instant).toNanos();
    }
}
