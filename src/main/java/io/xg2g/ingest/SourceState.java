package io.xg2g.ingest;

import java.time.Duration;
import java.util.Optional;

/**
 * State of a channel's source. Times are those of {@link System#nanoTime()}.
 *
 * <pre>
 *               connected            programFound
 *   Connecting ───────────► Probing ──────────────► Receiving
 *       ▲  │                   │                        │ ▲ │
 *       │  └─────── failed ────┴───────► Pausing ◄──────┘ └─┘ connected: a recording is opened again at its end
 *       └──────────── resumed ──────────────┘
 *
 *   any state ── closed ──► Closed, which ignores every event
 * </pre>
 *
 * <p>An event that is not defined for a state throws {@link IllegalStateException}.
 */
sealed interface SourceState {
    /** Connecting counts as stalled after this many timeouts of the source. */
    int CONNECT_TIMEOUTS = 3;

    /** Time of reception after which the backoff is reset. */
    Duration STABLE = Duration.ofSeconds(10);

    /** Kind of stall. */
    enum Stall {
        NONE,
        /** The connection was not established in time. */
        CONNECTING,
        /** The source sends no data. */
        SILENT
    }

    /** The source is being opened. */
    record Connecting(long since, SourceRetry retry) implements SourceState {
        @Override
        public SourceState connected(long now) {
            return new Probing(now, retry);
        }

        @Override
        public SourceState failed(SourceException reason, long now) {
            return new Pausing(retry.next(reason));
        }

        @Override
        public Stall stalled(long now, Duration timeout) {
            return now - since > CONNECT_TIMEOUTS * timeout.toNanos() ? Stall.CONNECTING : Stall.NONE;
        }

        @Override
        public SourceState active(long now) {
            return new Connecting(now, retry);
        }
    }

    /** The source is open; no program has been found. */
    record Probing(long lastActive, SourceRetry retry) implements SourceState {
        @Override
        public SourceState active(long now) {
            return new Probing(now, retry);
        }

        @Override
        public SourceState programFound(long now) {
            return new Receiving(now, now, retry.succeeded());
        }

        @Override
        public SourceState failed(SourceException reason, long now) {
            return new Pausing(retry.next(reason));
        }

        @Override
        public Stall stalled(long now, Duration timeout) {
            return silent(lastActive, now, timeout);
        }
    }

    /** The source sends a program. */
    record Receiving(long since, long lastActive, SourceRetry retry) implements SourceState {
        @Override
        public SourceState active(long now) {
            return new Receiving(since, now, retryAt(now));
        }

        @Override
        public SourceState programFound(long now) {
            return this;
        }

        @Override
        public SourceState connected(long now) {
            return active(now);
        }

        @Override
        public SourceState failed(SourceException reason, long now) {
            return new Pausing(retryAt(now).next(reason));
        }

        private SourceRetry retryAt(long now) {
            return now - since > STABLE.toNanos() ? SourceRetry.STABLE : retry;
        }

        @Override
        public Stall stalled(long now, Duration timeout) {
            return silent(lastActive, now, timeout);
        }
    }

    /** The source failed and will be reopened after {@link SourceRetry#pause()}. */
    record Pausing(SourceRetry retry) implements SourceState {
        @Override
        public boolean refused() {
            return retry.isPersistent();
        }

        @Override
        public SourceState resumed(long now) {
            return new Connecting(now, retry);
        }
    }

    /** The channel has stopped. */
    record Closed() implements SourceState {
        @Override
        public SourceState connected(long now) {
            return this;
        }

        @Override
        public SourceState active(long now) {
            return this;
        }

        @Override
        public SourceState programFound(long now) {
            return this;
        }

        @Override
        public SourceState failed(SourceException reason, long now) {
            return this;
        }

        @Override
        public SourceState resumed(long now) {
            return this;
        }

        @Override
        public SourceRetry retry() {
            return SourceRetry.INITIAL;
        }
    }

    /** Returns the state before the first connection. */
    static SourceState initial(long now) {
        return new Connecting(now, SourceRetry.INITIAL);
    }

    /** Handles the opening of the source. */
    default SourceState connected(long now) {
        throw illegal("connected");
    }

    /** Handles received bytes, and the end of a deliberate pause of reading. */
    default SourceState active(long now) {
        throw illegal("active");
    }

    /** Handles the reception of a program's tables. */
    default SourceState programFound(long now) {
        throw illegal("programFound");
    }

    /** Handles a failure to open the source, or its end. */
    default SourceState failed(SourceException reason, long now) {
        throw illegal("failed");
    }

    /** Handles the end of the backoff pause. */
    default SourceState resumed(long now) {
        throw illegal("resumed");
    }

    /** Handles the stop of the channel. */
    default SourceState closed() {
        return new Closed();
    }

    /** Returns the kind of stall at the given time. */
    default Stall stalled(long now, Duration timeout) {
        return Stall.NONE;
    }

    /** Returns the pause and the latest failure. */
    SourceRetry retry();

    /** Returns the latest failure, until a program is received; a full disk, until the source is stable. */
    default Optional<SourceException> reason() {
        return retry().reason();
    }

    /** Returns whether the source is reopened only after the pause of a persistent failure. */
    default boolean refused() {
        return false;
    }

    /** Returns the state's name in the API. */
    default Ingest.Phase phase() {
        return switch (this) {
            case Connecting _, Probing _ -> Ingest.Phase.OPENING;
            case Receiving _ -> Ingest.Phase.RECEIVING;
            case Pausing _ -> Ingest.Phase.PAUSING;
            case Closed _ -> Ingest.Phase.CLOSED;
        };
    }

    private IllegalStateException illegal(String event) {
        return new IllegalStateException("event " + event + " in state " + this);
    }

    private static Stall silent(long lastActive, long now, Duration timeout) {
        return now - lastActive > timeout.toNanos() ? Stall.SILENT : Stall.NONE;
    }
}
