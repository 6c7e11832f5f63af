package io.xg2g.ingest;

import java.time.Duration;
import java.util.Optional;

/**
 * Exponential backoff of a source that is opened again and again.
 *
 * @param pause before the next attempt
 * @param following pause after the next failure, where that may pass soon
 * @param reason latest failure
 */
record Backoff(Duration pause, Duration following, Optional<SourceException> reason) {
    private static final Duration FIRST = Duration.ofMillis(500);
    private static final Duration LONGEST = Duration.ofSeconds(10);

    /** Pause after a failure that will not pass soon. */
    private static final Duration SLOW = Duration.ofSeconds(30);

    /** Backoff without a failure so far. */
    static final Backoff INITIAL = new Backoff(Duration.ZERO, FIRST, Optional.empty());

    /** Returns the backoff after one more failure. */
    Backoff next(SourceException failure) {
        Duration doubled = following.multipliedBy(2);
        return new Backoff(
                failure.kind().slow() ? SLOW : following,
                doubled.compareTo(LONGEST) < 0 ? doubled : LONGEST,
                Optional.of(failure));
    }

    /** Returns the backoff of a source that sends a program again: pauses stay long until it has proven stable. */
    Backoff succeeded() {
        return new Backoff(Duration.ZERO, following, Optional.empty());
    }
}
