package io.xg2g.ingest;

import io.xg2g.ffmpeg.MediaInspector;
import io.xg2g.ffmpeg.MediaProcesses;
import io.xg2g.ffmpeg.Profiles;
import io.xg2g.media.SourceMonitor;
import io.xg2g.media.StreamPreferences;
import io.xg2g.process.ProcessPriority;
import io.xg2g.schedule.TimeSource;
import io.xg2g.source.HlsPreferences;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Ingest of one channel: keeps its source open and feeds its segmenter while the channel runs. A source that ends,
 * stalls or sends unusable data is reopened with exponential backoff ({@link SourceState}).
 *
 * <p>A platform thread reads the source, because a blocked read of a pipe would pin the carrier of a virtual thread.
 * {@link #status}, {@link #tick} and {@link #close} may be called by any thread.
 */
public final class Ingest {
    private static final Logger LOG = Logger.getLogger(Ingest.class);
    private static final int BUFFER_BYTES = 64 * 1024;

    /** Bytes that are read at once of a recording. */
    private static final int RECORDED_BYTES = 16 * 1024;

    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);

    /** Phase of a source, as reported by the API. */
    public enum Phase {
        OPENING,
        RECEIVING,
        /** The source failed and will be reopened after a pause. */
        PAUSING,
        CLOSED
    }

    /**
     * Status of a source.
     *
     * @param reason latest failure, until a program is received; a full disk, until the source has been received for 10 s
     * @param refused whether the source has failed in a way that an attempt within the next seconds would not change, and is not open
     */
    public record Status(Phase phase, Optional<SourceException> reason, boolean refused) {}

    /**
     * Collaborators of a channel's ingest.
     *
     * @param streams choice among the source's programs and audio streams
     * @param variants choice among the variants and audio renditions of an HLS source
     * @param directory the channel's directory, where windows are written
     * @param delete deletes a file; must not throw
     */
    public record Tools(
            Feeds feeds,
            MediaProcesses processes,
            MediaInspector inspector,
            Profiles profiles,
            StreamPreferences streams,
            HlsPreferences variants,
            Path directory,
            Consumer<Path> delete,
            TimeSource time) {

        private SegmenterRun.Starter segmenters(String channel, IngestListener listener) {
            WindowAssembler.Tools assembling = new WindowAssembler.Tools(
                    file -> inspector.inspect(file, ProcessPriority.LIVE),
                    (file, result) -> Thread.startVirtualThread(
                            () -> result.accept(inspector.inspect(file, ProcessPriority.PREVIEW))),
                    profiles::ladderFor,
                    new WindowFiles(directory, delete),
                    time::nanoTime);
            ProxiedOutput proxied = new ProxiedOutput(listener);
            return (options, refuse) -> Segmenter.start(
                    channel,
                    processes.segmenter(options),
                    new WindowAssembler(channel, assembling, listener, refuse),
                    proxied,
                    time::nanoTime);
        }
    }

    /** Opens the source. */
    interface Opener {
        Feed open() throws SourceException, InterruptedException;
    }

    private final String channel;
    private final Opener opener;
    private final SegmenterRuns runs;
    private final IngestListener listener;
    private final StreamPreferences preferences;
    private final Duration timeout;
    private final TimeSource time;
    private final Thread thread;
    private final AtomicReference<SourceState> state;
    private final PlaybackPace pace;

    /** Whether the latest attempt has played a recording to its end. */
    private boolean played;

    private volatile @Nullable Feed feed;

    /** Whether the thread waits for the source, and not for the segmenter. */
    private volatile boolean reading;

    /** Reason to close the source, set by a thread other than the reading one. */
    private volatile @Nullable SourceException closeReason;

    /**
     * Creates the ingest of a channel; {@link #start} starts it.
     *
     * @param timeout after which a source that sends nothing counts as stalled
     */
    public Ingest(String channel, Source source, Tools tools, IngestListener listener, Duration timeout) {
        this(
                channel,
                () -> tools.feeds().open(source, tools.variants(), timeout),
                tools.segmenters(channel, listener),
                listener,
                tools.streams(),
                new PlaybackPace(source.isPaced() ? PlaybackPace.ENDLESS_AHEAD : PlaybackPace.RECORDED_AHEAD),
                timeout,
                tools.time());
    }

    /** Creates an ingest of any source and segmenter. */
    Ingest(
            String channel,
            Opener opener,
            SegmenterRun.Starter starter,
            IngestListener listener,
            StreamPreferences preferences,
            PlaybackPace pace,
            Duration timeout,
            TimeSource time) {
        this.channel = channel;
        this.opener = opener;
        this.listener = listener;
        this.preferences = preferences;
        this.pace = pace;
        this.timeout = timeout;
        this.time = time;
        this.runs = new SegmenterRuns(channel, starter, listener, this::refuse, time);
        this.state = new AtomicReference<>(SourceState.initial(time.nanoTime()));
        this.thread = Thread.ofPlatform().daemon().name("source-" + channel).unstarted(this::run);
    }

    /** Starts the thread that opens and reads the source. */
    public void start() {
        thread.start();
    }

    /** Returns the source's status. */
    public Status status() {
        SourceState now = state.get();
        return new Status(now.phase(), now.reason(), now.refused());
    }

    /** Closes a stalled source and ends a segmenter that hangs. Must be called about once a second. */
    public void tick() {
        long now = time.nanoTime();
        // Looked at before the state: that tells the time when this read began, or a later one.
        Feed awaited = reading ? feed : null;
        switch (state.get().stalled(now, timeout)) {
            case NONE -> {}
            case CONNECTING -> {
                state.updateAndGet(was -> was.active(now));
                thread.interrupt();
            }
            case SILENT -> {
                if (awaited != null) {
                    refuse(awaited.silent(timeout));
                }
            }
        }
        runs.tick();
    }

    /** Closes the source, from any thread, for the given reason. */
    void refuse(SourceException reason) {
        closeReason = reason;
        Feed open = feed;
        if (open != null) {
            time.schedule(Duration.ZERO, open::close);
        }
    }

    /** Closes the source and prevents reopening. */
    void end() {
        state.updateAndGet(SourceState::closed);
        Feed open = feed;
        if (open != null) {
            open.close();
        }
    }

    /** Closes the ingest; blocks until the source and the segmenter have ended, at most 10 s. */
    public void close() {
        end();
        thread.interrupt();
        try {
            thread.join(CLOSE_TIMEOUT);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean isClosed() {
        return state.get() instanceof SourceState.Closed;
    }

    /** Opens, reads and reopens the source until the ingest is closed. */
    void run() {
        while (!isClosed()) {
            SourceException reason = attempt();
            SourceState after = state.updateAndGet(was -> played && was instanceof SourceState.Receiving
                    ? was.active(time.nanoTime())
                    : was.failed(reason, time.nanoTime()));
            if (after instanceof SourceState.Pausing(SourceRetry retry)) {
                logFailure(reason, retry);
                pause(retry.pause());
                state.updateAndGet(was -> was.resumed(time.nanoTime()));
            }
        }
    }

    /** Logs a failure: as a warning if it is to be reported, otherwise at the level of debugging. */
    private void logFailure(SourceException reason, SourceRetry retry) {
        LOG.logf(
                retry.isReported() ? Logger.Level.WARN : Logger.Level.DEBUG,
                "source lost: stream=%s, reason=%s, retryAfter=%s, failures=%d, detail=%s",
                channel,
                reason.kind().code(),
                retry.pause(),
                retry.failures(),
                reason.detail());
    }

    private void pause(Duration duration) {
        try {
            time.sleep(duration);
        } catch (InterruptedException end) {
            restoreIfClosed();
        }
    }

    /**
     * Restores the interrupt status if {@link #close} has set it; an interrupt by {@link #tick} only ends one attempt.
     */
    private void restoreIfClosed() {
        if (isClosed()) {
            Thread.currentThread().interrupt();
        }
    }

    /** Opens the source and reads it to its end; returns the reason why it ended. */
    private SourceException attempt() {
        try {
            return receive();
        } catch (SourceException refused) {
            return refused;
        } catch (InterruptedException hung) {
            restoreIfClosed();
            return new SourceException(SourceException.Kind.STALLED, "the source could not be opened in time");
        } catch (RuntimeException | Error bug) {
            // Errors too: without its thread the channel would never recover.
            LOG.errorf(bug, "source failed unexpectedly: stream=%s", channel);
            return new SourceException(SourceException.Kind.ENDED, "unexpected error; see the log");
        }
    }

    private SourceException receive() throws SourceException, InterruptedException {
        closeReason = null;
        played = false;
        try (Feed open = opener.open()) {
            feed = open;
            state.updateAndGet(was -> was.connected(time.nanoTime()));
            if (isClosed()) {
                return open.end();
            }
            SourceException reason = readToEnd(open);
            if (reason.kind().isPersistent()) {
                open.unusable();
            }
            return reason;
        } finally {
            feed = null;
            runs.end();
        }
    }

    /** Reads the source to its end; returns the reason why it ended. */
    private SourceException readToEnd(Feed open) throws InterruptedException {
        SourceException reason;
        boolean complete = false;
        try {
            read(open);
            reason = closeReasonOr(open::end);
            complete = reason.kind() == SourceException.Kind.ENDED;
        } catch (SourceException refused) {
            reason = refused;
        } catch (SocketTimeoutException silent) {
            reason = closeReasonOr(() -> SourceException.silent(timeout));
        } catch (IOException broken) {
            reason = closeReasonOr(
                    () -> new SourceException(SourceException.Kind.ENDED, "the connection to the source was lost"));
        }
        ended(complete);
        return reason;
    }

    private void read(Feed open) throws IOException, SourceException, InterruptedException {
        ByteArrayOutputStream usable = new ByteArrayOutputStream();
        SourceMonitor monitor = new SourceMonitor(usable, preferences);
        byte[] buffer = new byte[open.isRecorded() ? RECORDED_BYTES : BUFFER_BYTES];
        SourceCheck usability = new SourceCheck(monitor);
        pace.opened(time.nanoTime());
        for (int n = next(open, buffer); n >= 0; n = next(open, buffer)) {
            pace.received(buffer, n, open.isRecorded(), time.nanoTime());
            monitor.accept(buffer, 0, n);
            listener.raw(Arrays.copyOf(buffer, n));
            check(usability, n);
            runs.accept(monitor, usable.toByteArray());
            usable.reset();
            if (monitor.programKnown()) {
                state.updateAndGet(was -> was.programFound(time.nanoTime()));
            }
            pause(() -> pace.pause(runs.ahead(), time.nanoTime()));
        }
    }

    /** Reads from the source. Time spent without reading is not a stall of it. */
    private int next(Feed open, byte[] buffer) throws IOException {
        active();
        reading = true;
        try {
            return open.read(buffer);
        } finally {
            reading = false;
            active();
        }
    }

    /** Handles the end of the source; a recording that is complete is played again when its end is due. */
    private void ended(boolean complete) throws InterruptedException {
        played = pace.ended(complete, time.nanoTime());
        if (played) {
            runs.end();
            pause(() -> pace.pauseAtEnd(time.nanoTime()));
        }
    }

    /** Pauses as long as the pace wants. */
    private void pause(Supplier<Duration> pace) throws InterruptedException {
        for (Duration next = pace.get(); next.isPositive() && closeReason == null && !isClosed(); next = pace.get()) {
            active();
            time.sleep(next);
        }
    }

    private void active() {
        state.updateAndGet(was -> was.active(time.nanoTime()));
    }

    private void check(SourceCheck usability, int length) throws SourceException {
        SourceException reason = closeReason;
        if (reason != null) {
            throw reason;
        }
        usability.check(length, runs.isRunning());
    }

    /** Returns the reason given by {@link #refuse}, or else the source's own. */
    private SourceException closeReasonOr(Supplier<SourceException> sourceReason) {
        SourceException reason = closeReason;
        return reason == null ? sourceReason.get() : reason;
    }
}
