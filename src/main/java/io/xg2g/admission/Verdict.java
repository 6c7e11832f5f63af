package io.xg2g.admission;

import java.time.Duration;

/** What is answered to a demand. */
sealed interface Verdict {

    /** It may begin, and took this from its client's budget. */
    record Admitted(Quota left) implements Verdict {}

    /** It belongs to what was admitted before. */
    record Known() implements Verdict {}

    /**
     * It may not begin now.
     *
     * @param delay after which asking again makes sense
     */
    record Refused(Scope scope, Kind kind, Quota quota, Duration delay) implements Verdict {}

    /** Nothing differs between them. */
    Verdict KNOWN = new Known();
}
