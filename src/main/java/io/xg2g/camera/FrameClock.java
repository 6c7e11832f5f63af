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
 * the camera's. Delays are measured by the monotonic clock of this machine, whose wall clock may be set, for instance after a start without a
 * battery-backed one. Not thread-safe.
 */
final class FrameClock {
    /** Time of a connection after which the relation of both clocks is fixed. */
    static final Duration SETTLING = Duration.ofSeconds(10);

    private boolean begun;
    private long firstArrival;
    private long leastDelay = Long.MAX_VALUE;

    /** Least delays of the current period and of the one before, each as long as {@link #SETTLING}. */
    private long recentDelay = Long.MAX_VALUE;

    private long delayBefore = Long.MAX_VALUE;
    private long period = Long.MIN_VALUE;

    /**
     * Returns when a frame was captured, by the camera's clock.
     *
     * @param nanos presentation time of the frame in nanoseconds, from any origin
     * @param arrival the same moment as {@link System#nanoTime}; by the wall clock if the presentation times are by it
     * @param offset nanoseconds by which the camera's wall clock is ahead of that of {@code arrived}, if it is known
     */
    Instant captured(long nanos, Instant arrived, long arrival, OptionalLong offset) {
        if (!begun) {
            begun = true;
            firstArrival = arrival;
        }
        long elapsed = arrival - firstArrival;
        long delay = elapsed - nanos;
        if (elapsed <= SETTLING.toNanos()) {
            leastDelay = Math.min(leastDelay, delay);
        }
        long now = elapsed / SETTLING.toNanos();
        if (now != period) {
            delayBefore = now == period + 1 ? recentDelay : Long.MAX_VALUE;
            recentDelay = delay;
            period = now;
        }
        recentDelay = Math.min(recentDelay, delay);
        long usual = offset.isPresent() ? Math.min(recentDelay, delayBefore) : leastDelay;
        return arrived.minusNanos(delay - usual).plusNanos(offset.orElse(0));
    }

    /** Returns the nanoseconds since 1970. */
    static long nanos(Instant instant) {
        return Duration.between(Instant.EPOCH, instant).toNanos();
    }
}
