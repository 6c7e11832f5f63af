package io.xg2g.packaging;

import org.jspecify.annotations.Nullable;

/**
 * State of a window's encoding. Times are those of {@link System#nanoTime()}.
 *
 * <pre>
 *   Preparing ── prepared ──► Waiting ── submitted ──► Submitted ── settled ──► Settled
 *       │                      │   ▲                       │                      ▲ ▲
 *       │                      │   └─────── refused ───────┘                      │ │
 *       │                      └─────────────── settled (timeout)    ───────────────┘ │
 *       └────────────────────────────── settled (timeout)    ─────────────────────────┘
 * </pre>
 *
 * <p>{@code prepared} and {@code refused} can arrive after a timeout; a settled window ignores them. Any other event
 * that is not defined for a state throws {@link IllegalStateException}.
 */
sealed interface WindowState {

    /** The passthrough is being stored. */
    record Preparing() implements WindowState {
        @Override
        public WindowState prepared() {
            return Waiting.NOW;
        }

        @Override
        public WindowState settled(@Nullable EncodedWindow encoded) {
            return new Settled(encoded);
        }
    }

    /**
     * The window can be submitted.
     *
     * @param from earliest time of the next submission after a refusal; {@code null} for immediately
     */
    record Waiting(@Nullable Long from) implements WindowState {
        static final Waiting NOW = new Waiting(null);

        @Override
        public WindowState submitted() {
            return new Submitted();
        }

        @Override
        public WindowState settled(@Nullable EncodedWindow encoded) {
            return new Settled(encoded);
        }

        @Override
        public boolean maySubmit(long now) {
            return from == null || now - from >= 0;
        }
    }

    /** The dispatcher has the window. */
    record Submitted() implements WindowState {
        @Override
        public WindowState refused(long retryAt) {
            return new Waiting(retryAt);
        }

        @Override
        public WindowState settled(@Nullable EncodedWindow encoded) {
            return new Settled(encoded);
        }
    }

    /**
     * Encoding is over.
     *
     * @param encoded result; {@code null} if there is none
     */
    record Settled(@Nullable EncodedWindow encoded) implements WindowState {
        @Override
        public WindowState prepared() {
            return this;
        }

        @Override
        public WindowState refused(long retryAt) {
            return this;
        }
    }

    /** Handles the end of storing the passthrough, successful or not. */
    default WindowState prepared() {
        throw illegal("prepared");
    }

    /** Handles the submission to the dispatcher. */
    default WindowState submitted() {
        throw illegal("submitted");
    }

    /** Handles a refusal by the dispatcher, whose queue is full. */
    default WindowState refused(long retryAt) {
        throw illegal("refused");
    }

    /** Handles the end of encoding, or the timeout. */
    default WindowState settled(@Nullable EncodedWindow encoded) {
        throw illegal("settled");
    }

    /** Returns whether the window can be submitted at the given time. */
    default boolean maySubmit(long now) {
        return false;
    }

    private IllegalStateException illegal(String event) {
        return new IllegalStateException("event " + event + " in state " + this);
    }
}
