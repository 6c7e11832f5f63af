package io.xg2g.dispatch;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Which level has had how much of the slots' time lately: an average over the units that ended, in which one of 30 s ago
 * counts a third. Not thread-safe.
 */
final class LevelShares {
    private static final double MEMORY_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final double[] ran = new double[Priority.values().length];
    private long at;

    /**
     * A unit ended.
     *
     * @param level it ran at
     * @param nanos it ran for
     * @param now as {@link System#nanoTime}
     */
    void ran(Priority level, long nanos, long now) {
        double faded = Math.exp(-Math.max(0, now - at) / MEMORY_NANOS);
        for (int i = 0; i < ran.length; i++) {
            ran[i] *= faded;
        }
        ran[level.level()] += nanos;
        at = now;
    }

    /** The shares by {@link Priority#level()}: together 1, or all 0 where nothing has run. */
    List<Double> now() {
        double sum = 0;
        for (double of : ran) {
            sum += of;
        }
        List<Double> shares = new ArrayList<>();
        for (double of : ran) {
            shares.add(sum == 0 ? 0 : of / sum);
        }
        return shares;
    }
}
