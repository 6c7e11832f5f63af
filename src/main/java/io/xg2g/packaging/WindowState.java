package io.xg2g.packaging;

import org.jspecify.annotations.Nullable;

/**
 * How far a window's encoding has come. Times are those of {@link System#nanoTime()}.
 *
 * <pre>
 *   Preparing ── prepared ──► Waiting ── submitted ──► Submitted ── settled ──► Settled
 *       │                      │   ▲                       │                      ▲ ▲
 *       │                      │   └─────── refused ───────┘                      │ │
 *       │                      └─────────────── settled (given up) ───────────────┘ │
 *       └────────────────────────────── settled (given up) ─────────────────────────┘
 * </pre>
 *
 * <p>Preparation and refusal may be reported late, of a window that was given up meanwhile: a settled window ignores them.
 * Any other event that a state does not know is a bug: {@link IllegalStateException}.
 */
sealed interface WindowState {

    /** Its passthrough is being stored. */
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
     * It can be submitted.
     *
     * @param from when, where the queue had no room before; {@code null} for at once
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

    /** It is with the dispatcher. */
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
     * Nothing more will come from an encoder.
     *
     * @param encoded what came; {@code null} for nothing
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

    /** Its passthrough is stored, or cannot be. */
    default WindowState prepared() {
        throw illegal("prepared");
    }

    /** It was given to the dispatcher. */
    default WindowState submitted() {
        throw illegal("submitted");
    }

    /** The queue had no room for it. */
    default WindowState refused(long retryAt) {
        throw illegal("refused");
    }

    /** Its encoding has ended, or was given up. */
    default WindowState settled(@Nullable EncodedWindow encoded) {
        throw illegal("settled");
    }

    /** Returns whether it can be submitted now. */
    default boolean maySubmit(long now) {
        return false;
    }

    private IllegalStateException illegal(String event) {
        return new IllegalStateException("event " + event + " in state " + this);
    }
}
