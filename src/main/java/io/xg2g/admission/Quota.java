package io.xg2g.admission;

import java.util.Locale;

/**
 * State of a token bucket in the terms of draft-ietf-httpapi-ratelimit-headers.
 *
 * @param policy name of the policy
 * @param quota capacity
 * @param window seconds in which an empty bucket is refilled
 * @param remaining available tokens
 * @param reset seconds until the bucket is full
 */
record Quota(String policy, long quota, long window, long remaining, long reset) {

    /** Returns the value of {@code RateLimit-Policy}. */
    String policyField() {
        return String.format(Locale.ROOT, "\"%s\";q=%d;w=%d", policy, quota, window);
    }

    /** Returns the value of {@code RateLimit}. */
    String limitField() {
        return String.format(Locale.ROOT, "\"%s\";r=%d;t=%d", policy, remaining, reset);
    }
}
