package io.xg2g.admission;

import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;

/** Where the limits on admissions have their state. Thread-safe; does not block. */
interface BucketFactory {

    /**
     * Returns a bucket: the same state for the same arguments.
     *
     * @param owner what it belongs to: a client, or the label of a mode; {@code ""} for all clients together
     */
    TokenBucket bucket(Scope scope, String owner, RateLimits.Rate rate);

    /** Returns whether another gateway has admitted a playback. Never completes exceptionally. */
    CompletableFuture<Boolean> isAdmitted(String playback);

    /** Tells the other gateways that a playback is admitted, and goes on. */
    void admitted(String playback);

    /** Tells the other gateways that a playback is not admitted. */
    void forget(String playback);

    /** Returns the one of a program on its own. */
    static BucketFactory local(LongSupplier nanos) {
        return new BucketFactory() {
            @Override
            public TokenBucket bucket(Scope scope, String owner, RateLimits.Rate rate) {
                return new LocalBucket(rate, nanos);
            }

            @Override
            public CompletableFuture<Boolean> isAdmitted(String playback) {
                return CompletableFuture.completedFuture(false);
            }

            @Override
            public void admitted(String playback) {}

            @Override
            public void forget(String playback) {}
        };
    }
}
