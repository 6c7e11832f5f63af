package io.xg2g.admission;

import io.github.bucket4j.Bucket;
import io.xg2g.schedule.MonotonicTimeMeter;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;

/** Token bucket of this program. */
final class LocalBucket implements TokenBucket {
    private final Bucket bucket;

    LocalBucket(RateLimits.Rate rate, LongSupplier nanos) {
        this.bucket = Bucket.builder()
                .addLimit(limit -> limit.capacity(rate.burst()).refillGreedy(rate.perSecond(), Duration.ofSeconds(1)))
                .withCustomTimePrecision(new MonotonicTimeMeter(nanos))
                .build();
    }

    @Override
    public CompletableFuture<Take> take() {
        return CompletableFuture.completedFuture(
                new Take(bucket.tryConsumeAndReturnRemaining(1), () -> bucket.addTokens(1)));
    }
}
