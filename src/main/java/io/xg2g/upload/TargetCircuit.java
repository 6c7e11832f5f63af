package io.xg2g.upload;

import io.xg2g.schedule.Backoff;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Circuit breaker of the target, for all channels together: after a failure nothing is sent for a while ({@link Backoff}),
 * then by one channel alone until something succeeds.
 *
 * <pre>
 *   closed ── failed ──► open ── backoff over ──► half-open ── failed ──► open, longer
 *      ▲                                              │
 *      └────────────────── succeeded ─────────────────┘
 * </pre>
 *
 * <p>Thread-safe.
 */
final class TargetCircuit {
    private enum State {
        CLOSED,
        OPEN,
        HALF_OPEN
    }

    private static final Backoff BACKOFF = Backoff.jittered(Duration.ofSeconds(1), Duration.ofSeconds(60));

    private final LongSupplier nanos;
    private final Backoff backoff;

    private State state = State.CLOSED;
    private int failures;
    private long successes;
    private long retryAt;
    private TargetException.@Nullable Kind reason;

    /**
     * Creates a closed one.
     *
     * @param nanos monotonic clock
     */
    TargetCircuit(LongSupplier nanos) {
        this(nanos, BACKOFF);
    }

    TargetCircuit(LongSupplier nanos, Backoff backoff) {
        this.nanos = nanos;
        this.backoff = backoff;
    }

    /** Returns the delays after failures. */
    Backoff backoff() {
        return backoff;
    }

    /** Returns whether requests may be sent; while half-open to the first caller only. */
    synchronized boolean tryEnter() {
        if (state == State.OPEN && nanos.getAsLong() - retryAt >= 0) {
            state = State.HALF_OPEN;
            return true;
        }
        return state == State.CLOSED;
    }

    /** A request succeeded. */
    synchronized void succeeded() {
        successes++;
        state = State.CLOSED;
        failures = 0;
        reason = null;
    }

    /** A request failed; has no effect while open, since other requests may have been under way. */
    synchronized void failed(TargetException.Kind why) {
        if (state != State.OPEN) {
            failures++;
            state = State.OPEN;
            reason = why;
            retryAt = nanos.getAsLong() + backoff.after(failures).toNanos();
        }
    }

    /** The caller that was let in while half-open sent nothing. */
    synchronized void left() {
        if (state == State.HALF_OPEN) {
            state = State.OPEN;
        }
    }

    /** Returns the time until requests may be sent; zero if they may now, or one is under way while half-open. */
    synchronized Duration untilRetry() {
        return state == State.OPEN ? Duration.ofNanos(Math.max(0, retryAt - nanos.getAsLong())) : Duration.ZERO;
    }

    /** Returns the number of requests that have succeeded. */
    synchronized long successes() {
        return successes;
    }

    /** Returns why nothing is sent; empty while closed. */
    synchronized Optional<TargetException.Kind> reason() {
        return Optional.ofNullable(reason);
    }
}
