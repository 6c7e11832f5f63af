package io.xg2g.ingest;

import java.time.Duration;
import java.util.Optional;

/**
 * Exponential backoff between attempts to open a source: 0.5 s, doubled up to 10 s; 30 s after a persistent failure.
 *
 * @param pause before the next attempt
 * @param nextPause pause after the next transient failure
 * @param reason latest failure
 */
record Backoff(Duration pause, Duration nextPause, Optional<SourceException> reason) {
    private static final Duration INITIAL_PAUSE = Duration.ofMillis(500);
    private static final Duration MAX_PAUSE = Duration.ofSeconds(10);

    /** Pause after a {@linkplain SourceException.Kind#isPersistent persistent} failure. */
    private static final Duration PERSISTENT_FAILURE_PAUSE = Duration.ofSeconds(30);

    /** Backoff without a failure so far. */
    static final Backoff INITIAL = new Backoff(Duration.ZERO, INITIAL_PAUSE, Optional.empty());

    /** Returns the backoff after one more failure. */
    Backoff next(SourceException failure) {
        Duration doubled = nextPause.multipliedBy(2);
        return new Backoff(
                failure.kind().isPersistent() ? PERSISTENT_FAILURE_PAUSE : nextPause,
                doubled.compareTo(MAX_PAUSE) < 0 ? doubled : MAX_PAUSE,
                Optional.of(failure));
    }

    /** Returns the backoff of a source that sends a program again; the next pause is not reset until it is stable. */
    Backoff succeeded() {
        return new Backoff(Duration.ZERO, nextPause, Optional.empty());
    }
}
