package io.xg2g.admission;

import io.github.bucket4j.ConsumptionProbe;
import java.util.concurrent.CompletableFuture;

/** Token bucket: one of this program, or one that all gateways of a cluster share. Thread-safe; does not block. */
interface TokenBucket {

    /**
     * Attempt to take a token.
     *
     * @param probe whether one was taken, and the state of the bucket
     * @param refund returns the token to the bucket it was taken from
     */
    record Take(ConsumptionProbe probe, Runnable refund) {}

    /** Takes a token, if there is one. Never completes exceptionally; completed already for a bucket of this program. */
    CompletableFuture<Take> take();
}
