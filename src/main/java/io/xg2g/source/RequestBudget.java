package io.xg2g.source;

import io.github.bucket4j.Bucket;
import io.xg2g.schedule.MonotonicTimeMeter;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Token bucket of the requests for which one source may use this program. A playlist of thousands of segments that are empty
 * or a moment long would have ffmpeg fetch as fast as the network lets it, from whatever server the playlist names. HLS with
 * segments of a second and six renditions takes 12 a second: a segment and a playlist of each. Thread-safe.
 */
final class RequestBudget {
    /** Requests a second. */
    static final int RATE = 50;

    /** Requests at once, as when a source is opened and all its renditions are inspected. */
    static final int BURST = 200;

    private final Bucket bucket;

    RequestBudget(LongSupplier nanos) {
        bucket = Bucket.builder()
                .addLimit(limit -> limit.capacity(BURST).refillGreedy(RATE, Duration.ofSeconds(1)))
                .withCustomTimePrecision(new MonotonicTimeMeter(nanos))
                .build();
    }

    /** Takes one request out of it. */
    void take() throws SourceNotAllowed {
        if (!bucket.tryConsume(1)) {
            throw new SourceNotAllowed(
                    "the source's playlists ask for more than " + RATE + " requests a second (" + BURST + " at once)");
        }
    }
}
