package io.xg2g.dispatch;

import java.time.Duration;

/** How fast slots come free, learnt from the runs that ended. Not thread-safe. */
final class DrainRate {
    private static final double WEIGHT = 0.2;

    /** Nanoseconds a run takes; a guess until the first one has ended. */
    private double meanRun = Duration.ofSeconds(2).toNanos();

    private boolean learnt;

    void ended(long runNanos) {
        meanRun = learnt ? meanRun + WEIGHT * (runNanos - meanRun) : runNanos;
        learnt = true;
    }

    /** When a request that stands behind this many others is likely to start. */
    Duration expectedWait(int ahead, int slots) {
        return Duration.ofNanos((long) (meanRun * (ahead + 1) / Math.max(1, slots)));
    }
}
