package io.xg2g.packaging;

import io.xg2g.ingest.SourceWindow;
import io.xg2g.media.Ticks;

/**
 * Decision whether a source's own video is published: not after a window in which it is missing, and again after several
 * windows in a row that have it. Each time it is missing doubles their number (hysteresis), because a change begins an epoch.
 * Immutable.
 *
 * @param offered whether it is published
 * @param required windows in a row after which it is published again
 * @param present latest windows in a row that have it, while it is not published
 */
record PassthroughOffer(boolean offered, int required, int present) {
    private static final int MIN_REQUIRED = 5;
    private static final int MAX_REQUIRED = 40;

    /** Minimum duration of a window that counts, in 90 kHz ticks: 1 s; the first and the last one of a run can be shorter. */
    private static final long MIN_DURATION = Ticks.PER_SECOND;

    /** Offer of a source that has just begun. */
    static final PassthroughOffer INITIAL = new PassthroughOffer(true, MIN_REQUIRED, 0);

    /** Returns whether a window counts. */
    static boolean counts(SourceWindow window) {
        return window.video() != null && window.duration() >= MIN_DURATION;
    }

    /** Returns the offer from a window on that counts. */
    PassthroughOffer next(boolean has) {
        if (offered) {
            return has ? this : new PassthroughOffer(false, required, 0);
        }
        if (!has) {
            return new PassthroughOffer(false, required, 0);
        }
        return present + 1 < required
                ? new PassthroughOffer(false, required, present + 1)
                : new PassthroughOffer(true, Math.min(2 * required, MAX_REQUIRED), 0);
    }
}
