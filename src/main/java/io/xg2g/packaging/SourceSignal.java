package io.xg2g.packaging;

import java.util.concurrent.TimeUnit;

/**
 * Whether a channel's source sends windows, and what the timeline owes its viewers if not. Immutable. Times are those of
 * {@link System#nanoTime()}.
 *
 * <pre>
 *   None ── received ──► Present ── 1.5 windows without one ──► Away ─┐ slated
 *                         ▲  │                                  │  ▲  │
 *                         └──┴───────────── received ───────────┘  └──┘
 * </pre>
 */
sealed interface SourceSignal {
    /** Time after the due time of the latest window after which the source is away. */
    long MAX_SILENCE = TimeUnit.SECONDS.toNanos(3);

    /** Duration of a window. */
    long WINDOW = TimeUnit.SECONDS.toNanos(2);

    /** No window has been received, or the channel is not encoded. */
    record None() implements SourceSignal {}

    /**
     * The source sends windows.
     *
     * @param due due time of the latest one
     */
    record Present(long due) implements SourceSignal {
        @Override
        public SourceSignal at(long now, long reached) {
            return now - due > MAX_SILENCE ? new Away(reached, due + WINDOW, 0) : this;
        }
    }

    /**
     * The source is away.
     *
     * @param since end of its last window, in 90 kHz ticks of channel time
     * @param due due time of the next slate
     * @param slated duration of the slates up to now, in nanoseconds
     */
    record Away(long since, long due, long slated) implements SourceSignal {

        /**
         * Returns whether the next slate is due.
         *
         * @param limit maximum duration of all slates, in nanoseconds
         */
        boolean owes(long now, long limit) {
            return now - due >= 0 && slated < limit;
        }

        /** Handles the addition of a slate of a duration in nanoseconds. */
        Away slated(long duration) {
            return new Away(since, due + duration, slated + duration);
        }
    }

    /** Handles a window of the source. */
    default SourceSignal received(long due) {
        return new Present(due);
    }

    /**
     * Handles the passing of time.
     *
     * @param reached end of the latest window, in 90 kHz ticks of channel time
     */
    default SourceSignal at(long now, long reached) {
        return this;
    }
}
