package io.xg2g.channel;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/** Wait of a request for what a channel gives when it has started. Thread-safe. */
public final class StartWait {
    /** Time after which a wait notices that the start is refused. */
    private static final Duration STEP = Duration.ofMillis(200);

    private final Duration timeout;
    private final BooleanSupplier refused;

    /** A wait for a time at most; returns what is there then. */
    public interface Step<T> {
        T await(Duration time) throws InterruptedException;
    }

    /**
     * Makes a wait.
     *
     * @param timeout maximum of all steps together
     * @param refused whether there will be nothing within the timeout
     */
    StartWait(Duration timeout, BooleanSupplier refused) {
        this.timeout = timeout;
        this.refused = refused;
    }

    /**
     * Repeats a step until there is something, at most for the timeout, and no longer once the start is refused. Blocks.
     *
     * @param missing whether the result of a step is nothing
     * @return the result of the last step
     */
    public <T> T until(Step<T> step, Predicate<T> missing) throws InterruptedException {
        Duration left = timeout;
        while (true) {
            Duration time = left.compareTo(STEP) < 0 ? left : STEP;
            T result = step.await(time);
            left = left.minus(time);
            if (!missing.test(result) || left.isZero() || refused.getAsBoolean()) {
                return result;
            }
        }
    }
}
