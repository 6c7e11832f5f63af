package io.xg2g.problem;

import io.xg2g.redaction.Redaction;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One failure of a request, as its client sees it.
 *
 * @param type the kind of failure
 * @param detail what was wrong, where, and what is allowed: one or two sentences without secrets or paths; credentials
 *     in URLs are redacted
 * @param retryAfter delay after which a retry may succeed; {@code null} if a retry is pointless
 */
public record Problem(
        ProblemType type, String detail, @Nullable Duration retryAfter) {

    /** Redacts credentials in the detail. */
    public Problem {
        detail = Redaction.text(detail);
    }

    /** Returns the same problem with a delay after which a retry may succeed. */
    public Problem retryAfter(Duration delay) {
        return new Problem(type, detail, delay);
    }

    /** Returns an exception that ends the request with this problem. */
    public ProblemException asException() {
        return new ProblemException(this);
    }
}
