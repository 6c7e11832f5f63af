package io.xg2g.admission;

import io.github.bucket4j.Bucket;
import io.xg2g.schedule.MonotonicTimeMeter;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Token bucket that also spreads the retries of refused requests: each gets a later retry time than the one before, so that they
 * do not all compete for the next token. Thread-safe.
 */
final class RateBucket {
    /** Maximum retry delay, for clients that ignore it, in nanoseconds. */
    private static final long MAX_DELAY = Duration.ofSeconds(10).toNanos();

    private final RateLimits.Rate rate;
    private final LongSupplier nanos;
    private final Bucket bucket;
    private final AtomicLong promised;

    RateBucket(RateLimits.Rate rate, LongSupplier nanos) {
        this.rate = rate;
        this.nanos = nanos;
        this.promised = new AtomicLong(nanos.getAsLong());
        this.bucket = Bucket.builder()
                .addLimit(limit -> limit.capacity(rate.burst()).refillGreedy(rate.perSecond(), Duration.ofSeconds(1)))
                .withCustomTimePrecision(new MonotonicTimeMeter(nanos))
                .build();
    }

    boolean take() {
        return bucket.tryConsume(1);
    }

    /** Returns a token, after another bucket refused the request. */
    void refund() {
        bucket.addTokens(1);
    }

    /** Reserves a retry time for a refused request and returns the delay until then. */
    Duration retryDelay() {
        long now = nanos.getAsLong();
        // The estimate is rounded down.
        long first = now + bucket.estimateAbilityToConsume(1).getNanosToWaitForRefill() + 1;
        // A fifth of the rate remains for requests that are not retries.
        long each = Duration.ofSeconds(1).toNanos() * 5 / (4 * rate.perSecond());
        long turn =
                promised.updateAndGet(last -> last + each - first > 0 ? Math.min(last + each, now + MAX_DELAY) : first);
        return Duration.ofNanos(turn - now);
    }

    /** Returns the current state. */
    Quota quota(Scope scope) {
        long left = bucket.getAvailableTokens();
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
