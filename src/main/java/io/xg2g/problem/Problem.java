package io.xg2g.problem;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One failure as its client is told of it.
 *
 * @param type the kind
 * @param detail what was wrong, where, and what is allowed; one or two sentences without secrets or paths
 * @param retryAfter when asking again may succeed, or {@code null} where that makes no difference
 */
public record Problem(
        ProblemType type, String detail, @Nullable Duration retryAfter) {

    /** The same problem with a time after which asking again may succeed. */
    public Problem retryAfter(Duration delay) {
        return new Problem(type, detail, delay);
    }

    /** To be thrown where the request cannot go on. */
    public ProblemException asException() {
        return new ProblemException(this);
    }
}
