package io.xg2g.camera;

import io.xg2g.ffmpeg.FrameOptions;
import io.xg2g.ingest.Feed;
import io.xg2g.ingest.SourceException;
import io.xg2g.media.Jpeg;
import io.xg2g.schedule.Backoff;
import io.xg2g.schedule.TimeSource;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.DoubleSupplier;
import java.util.function.UnaryOperator;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Capture of one camera's frames: keeps its source open, and splits what it sends into frames ({@link CameraState}).
 *
 * <p>A platform thread reads the source, because a blocked read of a pipe would pin the carrier of a virtual thread.
 * {@link #tick}, {@link #status} and {@link #close} may be called by any thread.
 */
final class CameraCapture {
    private static final Logger LOG = Logger.getLogger(CameraCapture.class);
    private static final int BUFFER_BYTES = 64 * 1024;
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);

    /** Longest pause between attempts: 1 s after the first failure, doubled for each further one, at most 30 s. */
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);

    private static final Duration MAX_PAUSE = Duration.ofSeconds(30);

    /** Opens the source. */
    interface Opener {
        Feed open() throws SourceException, InterruptedException;
    }

    /** Receiver of frames, damage and changes of the status; must not block. */
    interface Listener {
        void frame(Frame frame);

        void invalid();

        /** Called in the order of the changes. */
        void changed(CameraStatus status);
    }

    /**
     * Times of a capture.
     *
     * @param startDelay pause before the first attempt, so that not all cameras are opened at once
     * @param frameTimeout after which a source without frames is closed
     * @param frozenAfter as {@code xg2g.camera.frozen-after}
     */
    record Times(Duration startDelay, Duration frameTimeout, Duration frozenAfter) {}

    private final Camera camera;
    private final Opener opener;
    private final Listener listener;
    private final Times times;
    private final TimeSource time;
    private final Backoff backoff;
    private final Thread thread;
    private final AtomicReference<CameraState> state;
    private CameraStatus status;
    private long sequence;
    private @Nullable JpegBytes previous;
    private volatile @Nullable Feed feed;
    private volatile @Nullable SourceException closeReason;

    /** Seconds by which the camera's clock is ahead; {@link Double#NaN} while it is not known. */
    private volatile double drift = Double.NaN;

    /**
     * Creates the capture of a camera; {@link #start} starts it.
     *
     * @param random supplies numbers from 0 to 1, for the jitter of pauses
     */
    CameraCapture(
            Camera camera, Opener opener, Listener listener, Times times, TimeSource time, DoubleSupplier random) {
        this.camera = camera;
        this.opener = opener;
        this.listener = listener;
        this.times = times;
        this.time = time;
        this.backoff = new Backoff(FIRST_PAUSE, MAX_PAUSE, random);
        this.state = new AtomicReference<>(CameraState.initial(time.nanoTime()));
        this.status = status(state.get());
        this.thread = Thread.ofPlatform().daemon().name("camera-" + camera.id()).unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /** Returns the current status. */
    synchronized CameraStatus status() {
        return status;
    }

    /** Returns the seconds by which the camera's clock is ahead, or has moved ahead since the connection; NaN if unknown. */
    double drift() {
        return drift;
    }

    /** Closes a source that sends no frames. Must be called about once a second. */
    void tick() {
        if (state.get().stalled(time.nanoTime(), times.frameTimeout())) {
            closeReason = new SourceException(
                    SourceException.Kind.STALLED,
                    "the source sent no frame for " + times.frameTimeout().toSeconds()
                            + " s (xg2g.camera.frame-timeout)");
            Feed open = feed;
            if (open == null) {
                thread.interrupt();
            } else {
                time.schedule(Duration.ZERO, open::close);
            }
        }
    }

    /** Ends the capture, and its child; blocks until both have ended, at most 10 s. */
    void close() {
        update(CameraState::stopped);
        Feed open = feed;
        if (open != null) {
            open.close();
        }
        thread.interrupt();
        try {
            if (thread.isAlive()) {
                thread.join(CLOSE_TIMEOUT);
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean isStopped() {
        return state.get() instanceof CameraState.Stopped;
    }

    /** Opens, reads and reopens the source until the capture is closed or the source refuses the credentials. */
    void run() {
        pause(times.startDelay());
        update(was -> was instanceof CameraState.Connecting ? CameraState.initial(time.nanoTime()) : was);
        while (state.get() instanceof CameraState.Connecting) {
            SourceException reason = attempt();
            CameraState after = update(was -> was.failed(reason, time.nanoTime()));
            if (after instanceof CameraState.Pausing(CameraState.Outage outage)) {
                Duration wait = backoff.after(outage.failures());
                LOG.debugf(
                        "camera pauses: camera=%s, failures=%d, retryAfter=%s, detail=%s",
                        camera.id(), outage.failures(), wait, reason.detail());
                pause(wait);
                update(was -> was.resumed(time.nanoTime()));
            }
        }
    }

    private void pause(Duration duration) {
        try {
            time.sleep(duration);
        } catch (InterruptedException end) {
            restoreIfClosed();
        }
    }

    private void restoreIfClosed() {
        if (isStopped()) {
            Thread.currentThread().interrupt();
        }
    }

    private SourceException attempt() {
        try {
            return receive();
        } catch (SourceException refused) {
            return refused;
        } catch (InterruptedException hung) {
            restoreIfClosed();
            return closeReasonOr(new SourceException(SourceException.Kind.STALLED, "the source could not be opened"));
        } catch (RuntimeException | Error bug) {
            // Errors too: without its thread the camera would never recover.
            LOG.errorf(bug, "camera failed unexpectedly: camera=%s", camera.id());
            return new SourceException(SourceException.Kind.ENDED, "unexpected error; see the log");
        }
    }

    private SourceException receive() throws SourceException, InterruptedException {
        closeReason = null;
        drift = Double.NaN;
        try (Feed open = opener.open()) {
            feed = open;
            if (!isStopped()) {
                read(open);
            }
            return closeReasonOr(open.end());
        } catch (IOException broken) {
            return closeReasonOr(
                    new SourceException(SourceException.Kind.ENDED, "the connection to the source was lost"));
        } finally {
            feed = null;
        }
    }

    private void read(Feed open) throws IOException {
        FrameReader reader = new FrameReader(
                camera.options().quality() != FrameOptions.SOURCE_QUALITY, new Images(camera.options(), open));
        byte[] buffer = new byte[BUFFER_BYTES];
        for (int n = open.read(buffer); n >= 0; n = open.read(buffer)) {
            reader.accept(buffer, n);
        }
        if (!isStopped()) {
            reader.end();
        }
    }

    /** Images of one connection. */
    private final class Images implements FrameReader.Sink {
        private final FrameClock clock = new FrameClock();
        private final Feed open;
        private final @Nullable FrameSelector selector;

        Images(FrameOptions options, Feed open) {
            this.open = open;
            selector = options.quality() == FrameOptions.SOURCE_QUALITY ? new FrameSelector(options.fps()) : null;
        }

        @Override
        public void image(Jpeg image, OptionalLong nanos) {
            if (selector != null && !selector.selects(nanos.orElseGet(time::nanoTime))) {
                return;
            }
            Instant arrived = time.instant();
            Instant captured = nanos.isPresent() ? captured(nanos.getAsLong(), arrived) : null;
            if (captured != null) {
                drift = Duration.between(arrived, captured).toNanos() / 1e9;
            }
            received(image, captured, arrived);
        }

        private Instant captured(long nanos, Instant arrived) {
            long arrival = open.hasTimes() ? time.nanoTime() : FrameClock.nanos(arrived);
            return clock.captured(nanos, arrived, arrival, open.clockOffset());
        }

        @Override
        public void invalid(String reason) {
            LOG.debugf("image skipped: camera=%s, reason=%s", camera.id(), reason);
            listener.invalid();
        }
    }

    private void received(Jpeg image, @Nullable Instant captured, Instant arrived) {
        JpegBytes jpeg = JpegBytes.of(image.bytes());
        JpegBytes before = previous;
        boolean changed = before == null || !before.readOnly().equals(jpeg.readOnly());
        previous = jpeg;
        sequence++;
        listener.frame(new Frame(camera.id(), sequence, captured, arrived, image.width(), image.height(), jpeg));
        update(was -> was.frame(changed, time.nanoTime(), times.frozenAfter()));
    }

    /** Changes the state, and reports a new status. */
    private synchronized CameraState update(UnaryOperator<CameraState> transition) {
        CameraState next = state.updateAndGet(transition);
        if (next.status() != status.state()) {
            status = status(next);
            listener.changed(status);
        } else if (next.reason() != null && !next.reason().equals(status.reason())) {
            // Another reason of the same outage.
            status = new CameraStatus(camera.id(), camera.name(), status.state(), next.reason(), status.since());
        }
        return next;
    }

    private CameraStatus status(CameraState of) {
        return new CameraStatus(camera.id(), camera.name(), of.status(), of.reason(), time.instant());
    }

    private SourceException closeReasonOr(SourceException sourceReason) {
        SourceException reason = closeReason;
        return reason == null ? sourceReason : reason;
    }
}
