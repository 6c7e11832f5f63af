package io.xg2g.ingest;

import java.time.Duration;
import java.util.Optional;

/**
 * State of a channel's source. Times are those of {@link System#nanoTime()}.
 *
 * <pre>
 *               connected            programFound
 *   Connecting ───────────► Probing ──────────────► Receiving
 *       ▲  │                   │                        │
 *       │  └─────── failed ────┴───────► Pausing ◄──────┘ failed
 *       └──────────── resumed ──────────────┘
 *
 *   any state ── closed ──► Closed, which ignores every event
 * </pre>
 *
 * <p>An event that a state does not know is a bug: {@link IllegalStateException}.
 */
sealed interface SourceState {
    /** A connection that takes this many times the timeout of the source hangs. */
    int CONNECT_TIMEOUTS = 3;

    /** A source that was received for this long has its pauses begin small again. */
    Duration STABLE = Duration.ofSeconds(10);

    /** What a source does not do any more. */
    enum Stall {
        NONE,
        /** It is not connected in time. */
        CONNECTING,
        /** It sends nothing. */
        SILENT
    }

    /** The source is being opened. */
    record Connecting(long since, Backoff backoff) implements SourceState {
        @Override
        public SourceState connected(long now) {
            return new Probing(now, backoff);
        }

        @Override
        public SourceState failed(SourceException reason, long now) {
            return new Pausing(backoff.next(reason));
        }

        @Override
        public Stall stalled(long now, Duration timeout) {
            return now - since > CONNECT_TIMEOUTS * timeout.toNanos() ? Stall.CONNECTING : Stall.NONE;
        }

        @Override
        public SourceState active(long now) {
            return new Connecting(now, backoff);
        }
    }

    /** The source is open, and no program is known yet. */
    record Probing(long lastActive, Backoff backoff) implements SourceState {
        @Override
        public SourceState active(long now) {
            return new Probing(now, backoff);
        }

        @Override
        public SourceState programFound(long now) {
            return new Receiving(now, now, backoff.succeeded());
        }

        @Override
        public SourceState failed(SourceException reason, long now) {
            return new Pausing(backoff.next(reason));
        }

        @Override
        public Stall stalled(long now, Duration timeout) {
            return silent(lastActive, now, timeout);
        }
    }

    /** The source sends a program. */
    record Receiving(long since, long lastActive, Backoff backoff) implements SourceState {
        @Override
        public SourceState active(long now) {
            return new Receiving(since, now, backoff);
        }

        @Override
        public SourceState programFound(long now) {
            return this;
        }

        @Override
        public SourceState failed(SourceException reason, long now) {
            Backoff before = now - since > STABLE.toNanos() ? Backoff.INITIAL : backoff;
            return new Pausing(before.next(reason));
        }

        @Override
        public Stall stalled(long now, Duration timeout) {
            return silent(lastActive, now, timeout);
        }
    }

    /** The source failed, and is opened again after {@link Backoff#pause()}. */
    record Pausing(Backoff backoff) implements SourceState {
        @Override
        public SourceState resumed(long now) {
            return new Connecting(now, backoff);
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
        public Backoff backoff() {
            return Backoff.INITIAL;
        }
    }

    /** State of a source that is opened for the first time. */
    static SourceState initial(long now) {
        return new Connecting(now, Backoff.INITIAL);
    }

    /** The source is open. */
    default SourceState connected(long now) {
        throw illegal("connected");
    }

    /** The source has sent bytes, or was deliberately not read until now. */
    default SourceState active(long now) {
        throw illegal("active");
    }

    /** The tables of a program have come. */
    default SourceState programFound(long now) {
        throw illegal("programFound");
    }

    /** The source cannot be opened, or has ended. */
    default SourceState failed(SourceException reason, long now) {
        throw illegal("failed");
    }

    /** The pause is over. */
    default SourceState resumed(long now) {
        throw illegal("resumed");
    }

    /** The channel stops. */
    default SourceState closed() {
        return new Closed();
    }

    /** Returns whether the source hangs. */
    default Stall stalled(long now, Duration timeout) {
        return Stall.NONE;
    }

    /** Pause and latest failure. */
    Backoff backoff();

    /** Returns the latest failure, as long as no program has come since. */
    default Optional<SourceException> reason() {
        return backoff().reason();
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
