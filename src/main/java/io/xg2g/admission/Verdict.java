package io.xg2g.admission;

import java.time.Duration;

/** Decision on a request. */
sealed interface Verdict {

    /** Admitted; {@code left} is the state of the client's bucket. */
    record Admitted(Quota left) implements Verdict {}

    /** Part of an admitted playback, or a read. */
    record Known() implements Verdict {}

    /**
     * Refused.
     *
     * @param delay time to wait before a retry
     */
    record Refused(Scope scope, Kind kind, Quota quota, Duration delay) implements Verdict {}

    Verdict KNOWN = new Known();
}
