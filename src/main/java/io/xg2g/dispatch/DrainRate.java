package io.xg2g.dispatch;

import java.time.Duration;

/** Estimator of waiting times: exponentially weighted moving average of run times. Not thread-safe. */
final class DrainRate {
    private static final double WEIGHT = 0.2;

    /** Average run time in nanoseconds; an assumption until the first run has ended. */
    private double meanRun = Duration.ofSeconds(2).toNanos();

    private boolean measured;

    void ended(long runNanos) {
        meanRun = measured ? meanRun + WEIGHT * (runNanos - meanRun) : runNanos;
        measured = true;
    }

    /** Returns the expected wait of a request behind this many others. */
    Duration expectedWait(int ahead, int slots) {
        return Duration.ofNanos((long) (meanRun * (ahead + 1) / Math.max(1, slots)));
    }
}
