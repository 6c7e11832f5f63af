package io.xg2g.dispatch;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Exponentially decaying share of slot time by level, over the units that ended. The time constant is 30 s: a unit that ended
 * 30 s ago weighs 1/e. Not thread-safe.
 */
final class LevelShares {
    private static final double TIME_CONSTANT_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final double[] ran = new double[Priority.values().length];
    private long at;

    /**
     * Records a unit that ended.
     *
     * @param nanos run time
     * @param now as {@link System#nanoTime}
     */
    void ran(Priority level, long nanos, long now) {
        double decay = Math.exp(-Math.max(0, now - at) / TIME_CONSTANT_NANOS);
        for (int i = 0; i < ran.length; i++) {
            ran[i] *= decay;
        }
        ran[level.level()] += nanos;
        at = now;
    }

    /** Returns the shares by {@link Priority#level()}; their sum is 1, or 0 if no unit has ended. */
    List<Double> now() {
        double sum = 0;
        for (double time : ran) {
            sum += time;
        }
        List<Double> shares = new ArrayList<>();
        for (double time : ran) {
            shares.add(sum == 0 ? 0 : time / sum);
        }
        return shares;
    }
}
