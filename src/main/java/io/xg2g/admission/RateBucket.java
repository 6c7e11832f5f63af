package io.xg2g.admission;

import io.github.bucket4j.ConsumptionProbe;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Rate limit: a token bucket, which also spreads the retries of refused requests: each gets a later retry time than the one before,
 * so that they do not all compete for the next token. Thread-safe.
 */
final class RateBucket {
    /** Maximum retry delay, for clients that ignore it, in nanoseconds. */
    private static final long MAX_DELAY = Duration.ofSeconds(10).toNanos();

    private final RateLimits.Rate rate;
    private final LongSupplier nanos;
    private final TokenBucket bucket;
    private final AtomicLong promised;

    RateBucket(RateLimits.Rate rate, LongSupplier nanos, TokenBucket bucket) {
        this.rate = rate;
        this.nanos = nanos;
        this.bucket = bucket;
        this.promised = new AtomicLong(nanos.getAsLong());
    }

    CompletableFuture<TokenBucket.Take> take() {
        return bucket.take();
    }

    /** Reserves a retry time for a refused request and returns the delay until then. */
    Duration retryDelay(ConsumptionProbe refused) {
        long now = nanos.getAsLong();
        // The estimate is rounded down.
        long first = now + refused.getNanosToWaitForRefill() + 1;
        // A fifth of the rate remains for requests that are not retries.
        long each = Duration.ofSeconds(1).toNanos() * 5 / (4 * rate.perSecond());
        long turn =
                promised.updateAndGet(last -> last + each - first > 0 ? Math.min(last + each, now + MAX_DELAY) : first);
        return Duration.ofNanos(turn - now);
    }

    /** Returns the state after an attempt to take a token. */
    Quota quota(Scope scope, ConsumptionProbe state) {
        long left = state.getRemainingTokens();
        return new Quota(
                scope.label(),
                rate.burst(),
                seconds(rate.burst()),
                left,
                left == rate.burst() ? 0 : seconds(rate.burst() - left));
    }

    private long seconds(long tokens) {
        return Math.ceilDiv(tokens, rate.perSecond());
    }
}
