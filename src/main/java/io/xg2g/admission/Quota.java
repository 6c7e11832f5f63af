package io.xg2g.admission;

import java.util.Locale;

/**
 * A budget as clients are told of it: draft-ietf-httpapi-ratelimit-headers.
 *
 * @param policy its name
 * @param quota how much may be asked for at once
 * @param window in how many seconds that comes together again
 * @param remaining what is left of it
 * @param reset in how many seconds all of it is there again
 */
record Quota(String policy, long quota, long window, long remaining, long reset) {

    /** The value of {@code RateLimit-Policy}. */
    String policyField() {
        return String.format(Locale.ROOT, "\"%s\";q=%d;w=%d", policy, quota, window);
    }

    /** The value of {@code RateLimit}. */
    String limitField() {
        return String.format(Locale.ROOT, "\"%s\";r=%d;t=%d", policy, remaining, reset);
    }
}
