package io.xg2g.problem;

import io.xg2g.redaction.Redaction;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One failure as its client is told of it.
 *
 * @param type the kind
 * @param detail what was wrong, where, and what is allowed; one or two sentences without secrets or paths; the credentials of
 *     URLs in it are removed
 * @param retryAfter when asking again may succeed, or {@code null} where that makes no difference
 */
public record Problem(
        ProblemType type, String detail, @Nullable Duration retryAfter) {

    /** Removes credentials from the detail. */
    public Problem {
        detail = Redaction.text(detail);
    }

    /** The same problem with a time after which asking again may succeed. */
    public Problem retryAfter(Duration delay) {
        return new Problem(type, detail, delay);
    }

    /** To be thrown where the request cannot go on. */
    public ProblemException asException() {
        return new ProblemException(this);
    }
}
