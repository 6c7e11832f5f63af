package io.xg2g.admission;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;

/** Whether the shared rate limits are used at present: not for {@link #PAUSE} after a failure of Redis. Thread-safe. */
final class SharedState {
    /** Time from a failure to the next attempt. */
    static final Duration PAUSE = Duration.ofSeconds(1);

    private static final Logger LOG = Logger.getLogger(SharedState.class);

    private final LongSupplier nanos;
    private final Counter fallbacks;
    private final AtomicBoolean failing = new AtomicBoolean();
    private volatile long retryAt;

    SharedState(MeterRegistry registry, LongSupplier nanos) {
        this.nanos = nanos;
        this.retryAt = nanos.getAsLong();
        this.fallbacks = Counter.builder("xg2g.rate.limit.fallbacks")
                .description("Decisions of a rate limit by this gateway alone, since Redis did not answer in time")
                .register(registry);
    }

    boolean isUsable() {
        return nanos.getAsLong() - retryAt >= 0;
    }

    /** Counts a decision by this gateway alone. */
    void fellBack() {
        fallbacks.increment();
    }

    void failed(Throwable failure) {
        retryAt = nanos.getAsLong() + PAUSE.toNanos();
        if (failing.compareAndSet(false, true)) {
            LOG.warnf("rate limits of this gateway apply, shared ones are away: reason=%s", reason(failure));
        }
    }

    void succeeded() {
        if (failing.get() && failing.compareAndSet(true, false)) {
            LOG.info("shared rate limits apply again");
        }
    }

    private static String reason(Throwable failure) {
        if (failure instanceof CompletionException && failure.getCause() != null) {
            return reason(failure.getCause());
        }
        return failure instanceof TimeoutException ? "no answer in time" : failure.toString();
    }
}
