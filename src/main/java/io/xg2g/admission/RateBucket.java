package io.xg2g.admission;

import io.github.bucket4j.Bucket;
import io.xg2g.schedule.MonotonicTimeMeter;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * One bucket, and when those whom it turned away may come back: each a little later than the one before, so that not all of
 * them come for the same token. Thread-safe.
 */
final class RateBucket {
    /** Who is turned away more often than this does not do as it is told; waiting longer is no use. */
    private static final long FARTHEST = Duration.ofSeconds(10).toNanos();

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

    /** What was taken was of no use: another meter refused. */
    void giveBack() {
        bucket.addTokens(1);
    }

    /** How long one who was turned away has to wait for a token. */
    Duration turn() {
        long now = nanos.getAsLong();
        // The estimate is rounded down.
        long first = now + bucket.estimateAbilityToConsume(1).getNanosToWaitForRefill() + 1;
        // A fifth is left to those who come without having been told to.
        long each = Duration.ofSeconds(1).toNanos() * 5 / (4 * rate.perSecond());
        long turn =
                promised.updateAndGet(last -> last + each - first > 0 ? Math.min(last + each, now + FARTHEST) : first);
        return Duration.ofNanos(turn - now);
    }

    /** The state as clients are told of it. */
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
