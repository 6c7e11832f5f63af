package io.xg2g.source;

import io.github.bucket4j.Bucket;
import io.xg2g.schedule.MonotonicTimeMeter;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Token bucket for the requests that one source may cause. A playlist of thousands of segments that are empty or very
 * short would make ffmpeg fetch as fast as the network allows, from any server that the playlist names. HLS with
 * segments of one second and six renditions needs 12 requests per second: a segment and a playlist of each.
 * Thread-safe.
 */
final class RequestBudget {
    /** Requests per second. */
    static final int RATE = 50;

    /** Maximum burst, as when a source is opened and all renditions are probed. */
    static final int BURST = 200;

    private final Bucket bucket;

    RequestBudget(LongSupplier nanos) {
        bucket = Bucket.builder()
                .addLimit(limit -> limit.capacity(BURST).refillGreedy(RATE, Duration.ofSeconds(1)))
                .withCustomTimePrecision(new MonotonicTimeMeter(nanos))
                .build();
    }

    /**
     * Takes one token.
     *
     * @throws SourceNotAllowed if the bucket is empty
     */
    void take() throws SourceNotAllowed {
        if (!bucket.tryConsume(1)) {
            throw new SourceNotAllowed(
                    "the source's playlists cause more than " + RATE + " requests a second (" + BURST + " at once)");
        }
    }
}
