package io.xg2g.problem;

import java.time.Duration;

/** Responses to requests that can be served soon, when they are repeated: by another gateway, or by this one after a restart. */
public final class Unavailable {
    /** Leases of a dead gateway end within 3 s, and a lost connection to Redis is tried again within 2 s. */
    private static final Duration CLUSTER_RETRY = Duration.ofSeconds(1);

    /** A shutdown is usually a restart. */
    private static final Duration SHUTDOWN_RETRY = Duration.ofSeconds(2);

    private Unavailable() {}

    /**
     * Returns a problem {@code cluster-unavailable} with {@code Retry-After}.
     *
     * @param detail which other gateway or part of the cluster is needed, and does not answer
     */
    public static Problem cluster(String detail) {
        return ProblemType.CLUSTER_UNAVAILABLE.with(detail).retryAfter(CLUSTER_RETRY);
    }

    /** Returns a problem {@code shutting-down} with {@code Retry-After}. */
    public static Problem shuttingDown() {
        return ProblemType.SHUTTING_DOWN.with("the service is shutting down").retryAfter(SHUTDOWN_RETRY);
    }
}
