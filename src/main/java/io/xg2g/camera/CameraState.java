package io.xg2g.camera;

import io.xg2g.ingest.SourceException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * State of a camera's source. Times are those of {@link System#nanoTime()}.
 *
 * <pre>
 *                     frame                  the same content for too long
 *   Connecting ─────────────────► Receiving ──────────────────────────────► Frozen
 *     ▲   │                        │     ▲                                   │  │
 *     │   │ failed                 │     └───────── frame of new content ────┘  │
 *     │   ├──────────► Pausing ◄───┴───────────────── failed ───────────────────┘
 *     │   │               │
 *     │   │               └── resumed ──► Connecting
 *     │   └── refused ──► Unauthorized
 *
 *   any state ── stopped ──► Stopped, which ignores every event
 * </pre>
 *
 * <p>An event that is not defined for a state throws {@link IllegalStateException}.
 */
sealed interface CameraState {
    /** A source that has sent frames for this long has recovered: the next failure is the first one again. */
    Duration STABLE = Duration.ofSeconds(30);

    /** A connection gets this many times as long for its first frame as between frames. */
    int FIRST_FRAME_TIMEOUTS = 2;

    /**
     * Failures in a row.
     *
     * @param failures number, at least 1
     * @param reason the latest one, for users
     */
    record Outage(int failures, String reason) {}

    /** The source is being opened. */
    record Connecting(long since, @Nullable Outage outage) implements CameraState {
        @Override
        public CameraState frame(boolean changed, long now, Duration frozenAfter) {
            return new Receiving(now, now, now, failures());
        }

        @Override
        public CameraState failed(SourceException reason, long now) {
            return after(reason, failures());
        }

        @Override
        public boolean stalled(long now, Duration timeout) {
            return now - since > FIRST_FRAME_TIMEOUTS * timeout.toNanos();
        }

        @Override
        public CameraStatus.State status() {
            return outage == null ? CameraStatus.State.STARTING : CameraStatus.State.LOST;
        }

        @Override
        public @Nullable String reason() {
            return outage == null ? null : outage.reason();
        }

        private int failures() {
            return outage == null ? 0 : outage.failures();
        }
    }

    /** Frames are received. */
    sealed interface Connected extends CameraState {
        /** Returns the time of the first frame of this connection. */
        long since();

        /** Returns the time of the latest frame. */
        long lastFrame();

        /** Returns the number of failures in a row before this connection. */
        int failures();

        @Override
        default CameraState failed(SourceException reason, long now) {
            return after(reason, now - since() > STABLE.toNanos() ? 0 : failures());
        }

        @Override
        default boolean stalled(long now, Duration timeout) {
            return now - lastFrame() > timeout.toNanos();
        }
    }

    /**
     * The content of the frames changes.
     *
     * @param lastChange time of the latest frame whose content differs from the one before
     */
    record Receiving(long since, long lastFrame, long lastChange, int failures) implements Connected {
        @Override
        public CameraState frame(boolean changed, long now, Duration frozenAfter) {
            if (changed) {
                return new Receiving(since, now, now, failures);
            }
            boolean frozen = !frozenAfter.isZero() && now - lastChange >= frozenAfter.toNanos();
            return frozen
                    ? new Frozen(since, now, lastChange, failures)
                    : new Receiving(since, now, lastChange, failures);
        }

        @Override
        public CameraStatus.State status() {
            return CameraStatus.State.LIVE;
        }
    }

    /** All frames have the same content since {@code lastChange}. */
    record Frozen(long since, long lastFrame, long lastChange, int failures) implements Connected {
        @Override
        public CameraState frame(boolean changed, long now, Duration frozenAfter) {
            return changed ? new Receiving(since, now, now, failures) : new Frozen(since, now, lastChange, failures);
        }

        @Override
        public CameraStatus.State status() {
            return CameraStatus.State.FROZEN;
        }

        @Override
        public String reason() {
            return "all frames have the same content (xg2g.camera.frozen-after)";
        }
    }

    /** The source failed, and is opened again after a pause. */
    record Pausing(Outage outage) implements CameraState {
        @Override
        public CameraState resumed(long now) {
            return new Connecting(now, outage);
        }

        @Override
        public CameraStatus.State status() {
            return CameraStatus.State.LOST;
        }

        @Override
        public String reason() {
            return outage.reason();
        }
    }

    /** The source refuses the credentials. Final, except for {@link #stopped}. */
    record Unauthorized(String reason) implements CameraState {
        @Override
        public CameraStatus.State status() {
            return CameraStatus.State.UNAUTHORIZED;
        }
    }

    /** The camera was removed, or the program ends. */
    record Stopped() implements CameraState {
        @Override
        public CameraState frame(boolean changed, long now, Duration frozenAfter) {
            return this;
        }

        @Override
        public CameraState failed(SourceException reason, long now) {
            return this;
        }

        @Override
        public CameraState resumed(long now) {
            return this;
        }

        @Override
        public CameraStatus.State status() {
            return CameraStatus.State.STOPPED;
        }
    }

    /** Returns the state of a camera that is added. */
    static CameraState initial(long now) {
        return new Connecting(now, null);
    }

    /**
     * Handles a frame.
     *
     * @param changed whether its content differs from that of the frame before
     * @param frozenAfter time without a change after which a camera is frozen; zero for never
     */
    default CameraState frame(boolean changed, long now, Duration frozenAfter) {
        throw illegal("frame");
    }

    /** Handles a failure to open the source, or its end. */
    default CameraState failed(SourceException reason, long now) {
        throw illegal("failed");
    }

    /** Handles the end of the pause. */
    default CameraState resumed(long now) {
        throw illegal("resumed");
    }

    /** Handles the removal of the camera. */
    default CameraState stopped() {
        return new Stopped();
    }

    /** Returns whether the source has to be closed, because it has sent no frame for too long. */
    default boolean stalled(long now, Duration timeout) {
        return false;
    }

    /** Returns the state for users. */
    CameraStatus.State status();

    /** Returns why there are no new frames, or {@code null}. */
    default @Nullable String reason() {
        return null;
    }

    private static CameraState after(SourceException reason, int failuresBefore) {
        return reason.kind() == SourceException.Kind.UNAUTHORIZED
                ? new Unauthorized(reason.detail())
                : new Pausing(new Outage(failuresBefore + 1, reason.detail()));
    }

    private IllegalStateException illegal(String event) {
        return new IllegalStateException("event " + event + " in state " + this);
    }
}
