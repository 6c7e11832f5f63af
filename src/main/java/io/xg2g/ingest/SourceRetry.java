package io.xg2g.ingest;

import io.xg2g.schedule.Backoff;
import java.time.Duration;
import java.util.Optional;

/**
 * Pause between attempts to open a source: 0.5 s, doubled up to 10 s; 30 s after a persistent failure.
 *
 * @param pause before the next attempt
 * @param failures number of failures since the source was stable
 * @param reason latest failure
 */
record SourceRetry(Duration pause, int failures, Optional<SourceException> reason) {
    private static final Backoff TRANSIENT = Backoff.exact(Duration.ofMillis(500), Duration.ofSeconds(10));

    /** Pause after a {@linkplain SourceException.Kind#isPersistent persistent} failure. */
    private static final Duration PERSISTENT_FAILURE_PAUSE = Duration.ofSeconds(30);

    /** No failure so far. */
    static final SourceRetry INITIAL = new SourceRetry(Duration.ZERO, 0, Optional.empty());

    /** Returns the retry after one more failure. */
    SourceRetry next(SourceException failure) {
        int all = Math.min(failures, Integer.MAX_VALUE - 1) + 1;
        return new SourceRetry(
                failure.kind().isPersistent() ? PERSISTENT_FAILURE_PAUSE : TRANSIENT.after(all),
                all,
                Optional.of(failure));
    }

    /** Returns the retry of a source that sends a program again; the next pause is not reset until it is stable. */
    SourceRetry succeeded() {
        return new SourceRetry(Duration.ZERO, failures, Optional.empty());
    }
}
