package io.xg2g.ingest;

import io.xg2g.schedule.Backoff;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * Pause between attempts to open a source: 0.5 s, doubled up to 10 s; 30 s after a persistent failure. A source that has been received is
 * soon back if it is missing, or is no media: servers respond so while they start, or their encoder does; or if it is scrambled: a
 * key was late.
 *
 * @param pause before the next attempt
 * @param failures number of failures since the source was stable
 * @param reason latest failure
 * @param earlier kinds of the failures before the latest one
 * @param received whether the source was stable before
 */
record SourceRetry(
        Duration pause,
        int failures,
        Optional<SourceException> reason,
        Set<SourceException.Kind> earlier,
        boolean received) {
    private static final Backoff TRANSIENT = Backoff.exact(Duration.ofMillis(500), Duration.ofSeconds(10));

    /** Pause after a {@linkplain SourceException.Kind#isPersistent persistent} failure. */
    private static final Duration PERSISTENT_FAILURE_PAUSE = Duration.ofSeconds(30);

    /** No failure so far. */
    static final SourceRetry INITIAL = new SourceRetry(Duration.ZERO, 0, Optional.empty(), Set.of(), false);

    /** No failure of a source that is stable. */
    static final SourceRetry STABLE = new SourceRetry(Duration.ZERO, 0, Optional.empty(), Set.of(), true);

    /** Persistent failures that may pass soon if the source has been received. */
    private static final Set<SourceException.Kind> MAY_RETURN =
            EnumSet.of(SourceException.Kind.PERMANENT, SourceException.Kind.NOT_MEDIA, SourceException.Kind.SCRAMBLED);

    /** Returns the retry after one more failure. */
    SourceRetry next(SourceException failure) {
        int all = Math.min(failures, Integer.MAX_VALUE - 1) + 1;
        return new SourceRetry(
                isPersistent(failure.kind()) ? PERSISTENT_FAILURE_PAUSE : TRANSIENT.after(all),
                all,
                Optional.of(failure),
                kinds(),
                received);
    }

    /** Returns whether the latest failure is persistent. */
    boolean isPersistent() {
        return reason.filter(latest -> isPersistent(latest.kind())).isPresent();
    }

    private boolean isPersistent(SourceException.Kind kind) {
        return kind.isPersistent() && !(received && MAY_RETURN.contains(kind));
    }

    private Set<SourceException.Kind> kinds() {
        Set<SourceException.Kind> all = EnumSet.noneOf(SourceException.Kind.class);
        all.addAll(earlier);
        reason.ifPresent(latest -> all.add(latest.kind()));
        return all;
    }

    /**
     * Returns whether the latest failure is the first one of its kind since the source was stable, or its number is a power of
     * two: what is reported of an outage of hours.
     */
    boolean isReported() {
        return Integer.bitCount(failures) == 1
                || reason.map(latest -> !earlier.contains(latest.kind())).orElse(false);
    }

    /**
     * Returns the retry of a source that sends a program again; the next pause is not reset until it is stable. A full disk is still the
     * latest failure: the source has no part in it.
     */
    SourceRetry succeeded() {
        Optional<SourceException> left = reason.filter(latest -> latest.kind() == SourceException.Kind.DISK);
        return new SourceRetry(Duration.ZERO, failures, left, kinds(), received);
    }
}
