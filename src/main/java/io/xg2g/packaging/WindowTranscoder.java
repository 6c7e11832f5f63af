package io.xg2g.packaging;

import io.smallrye.mutiny.Uni;
import io.xg2g.dispatch.Dispatcher;
import io.xg2g.dispatch.Priority;
import io.xg2g.dispatch.Rejection;
import io.xg2g.dispatch.TranscodeRequest;
import io.xg2g.dispatch.TranscodeResult;
import io.xg2g.ffmpeg.Container;
import io.xg2g.ffmpeg.Profile;
import io.xg2g.ffmpeg.Profiles;
import io.xg2g.ffmpeg.Rendition;
import io.xg2g.ffmpeg.RenditionSpec;
import io.xg2g.ffmpeg.TranscodeUnit;
import io.xg2g.ingest.SourceWindow;
import io.xg2g.media.MalformedMedia;
import io.xg2g.process.WorkDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Executor;
import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Client of the dispatcher for a channel's windows: submits them as units and stores the results. Thread-safe. */
public final class WindowTranscoder {
    private static final Logger LOG = Logger.getLogger(WindowTranscoder.class);

    /** Collaborators that all channels share. */
    public record Tools(Dispatcher dispatcher, Profiles profiles, WorkDirectory work, Thumbnails thumbnails) {}

    /**
     * Collaborators for one channel.
     *
     * @param submit submits a request; emits one result
     * @param cancel cancels a request by its id
     * @param directory creates a directory for the output of a unit; throws {@link UncheckedIOException}
     * @param delete deletes a file or a directory; must not throw
     * @param blocking executor of tasks that block on the disk
     * @param nanos clock, as {@link System#nanoTime}
     */
    record ChannelTools(
            Function<TranscodeRequest, Uni<TranscodeResult>> submit,
            Consumer<String> cancel,
            Supplier<Path> directory,
            Consumer<Path> delete,
            SegmentStore store,
            Executor blocking,
            LongSupplier nanos) {

        static ChannelTools of(Tools tools, String channel, Path directory, LongSupplier nanos) {
            return new ChannelTools(
                    tools.dispatcher()::submit,
                    tools.dispatcher()::cancel,
                    tools.work()::create,
                    tools.work()::delete,
                    new SegmentStore.InDirectory(directory),
                    task -> Thread.ofVirtual().name("packager-" + channel).start(task),
                    nanos);
        }
    }

    /** Listener for the results; called once per submission, on a thread that may block. */
    interface Listener {
        /**
         * Receives the end of a window's encoding.
         *
         * @param encoded stored renditions; {@code null} if there are none
         */
        void settled(PendingWindow window, @Nullable EncodedWindow encoded);

        /** Receives a window that the full queue has refused; it may be submitted again. */
        void refused(PendingWindow window);
    }

    /** Run time that is assumed of a unit that was abandoned, in units of the time for which it had run. */
    private static final double ABANDONED = 1.25;

    /** Run time of a unit, in nanoseconds. */
    private record Run(List<RenditionSpec> rungs, long nanos) {
        /** Returns the run time that is expected of a unit; 0 if unknown. */
        long of(List<RenditionSpec> unit) {
            return rungs.equals(unit) ? nanos : 0;
        }
    }

    /** Beginning of the latest run of a unit. */
    private final class RunStart implements TranscodeRequest.Listener {
        private volatile OptionalLong at = OptionalLong.empty();

        @Override
        public void started(String device) {
            at = OptionalLong.of(tools.nanos().getAsLong());
        }
    }

    /** Submitted window. */
    private record Submission(PendingWindow window, TranscodeRequest.DueTime due, RunStart start, Path output) {}

    private final String channel;
    private final ChannelTools tools;
    private final Listener listener;

    /** Latest unit of a window of the source; one of other rungs says nothing about the run time of the next one. */
    private volatile Run latest = new Run(List.of(), 0);

    /** Running units; the channel itself is one party until it stops. */
    private final Phaser running = new Phaser(1);

    WindowTranscoder(String channel, ChannelTools tools, Listener listener) {
        this.channel = channel;
        this.tools = tools;
        this.listener = listener;
    }

    /** Returns the dispatcher's client name of a channel; clients are served round-robin. */
    static String client(String channel) {
        return "live:" + channel;
    }

    /** Stores a window's passthrough; returns {@code null} if that fails. Blocks on the disk. */
    EncodedWindow.@Nullable Encoded storePassthrough(PendingWindow window, SourceWindow.Passthrough passthrough) {
        try {
            return tools.store().passthrough(window, passthrough);
        } catch (IOException | MalformedMedia unusable) {
            LOG.warnf("passthrough not published: stream=%s, reason=%s", channel, unusable.getMessage());
            return null;
        }
    }

    /** Submits a window; the listener is called on another thread. */
    void submit(PendingWindow window, SourceWindow.Video video) {
        if (window.rungs.isEmpty()) {
            // Only the passthrough is published.
            abandon(window);
            return;
        }
        Path output;
        try {
            output = tools.directory().get();
        } catch (UncheckedIOException full) {
            LOG.warnf(full, "window not submitted, no work directory: stream=%s", channel);
            abandon(window);
            return;
        }
        running.register();
        Submission submission = new Submission(window, window.dueTime(latest.of(window.rungs)), new RunStart(), output);
        TranscodeUnit unit = new TranscodeUnit(
                video.file(),
                video.media(),
                new Profile.Ladder("live", window.rungs),
                Container.CMAF,
                output,
                video.grid().fitting(video.media().video(), window.rungs),
                window.slate);
        tools.submit()
                .apply(new TranscodeRequest(
                        window.id,
                        client(channel),
                        channel,
                        Priority.NORMAL,
                        unit,
                        submission.start(),
                        submission.due()))
                .subscribe()
                .with(
                        result -> tools.blocking().execute(() -> completed(submission, result)),
                        bug -> tools.blocking().execute(() -> failed(window, bug, output)));
    }

    /** Cancels a window's unit, without waiting for its end. */
    void cancel(PendingWindow window) {
        tools.cancel().accept(window.id);
    }

    /** Cancels a window's unit and settles the window with its passthrough only. */
    void abandon(PendingWindow window) {
        cancel(window);
        tools.blocking().execute(() -> decide(window, List.of()));
    }

    /** Waits until all units of the channel have ended. Must be called once, when the channel stops. */
    void awaitEnd(Duration timeout) {
        try {
            running.awaitAdvanceInterruptibly(running.arriveAndDeregister(), timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException cut) {
            Thread.currentThread().interrupt();
        } catch (TimeoutException hung) {
            LOG.warnf("unit did not end in time: stream=%s", channel);
        }
    }

    /** Deletes the unpublished renditions of a window. */
    void discard(PendingWindow window) {
        window.unpublished().forEach(rendition -> tools.delete().accept(rendition.file()));
    }

    private void completed(Submission submission, TranscodeResult result) {
        try {
            settle(submission, result);
        } finally {
            end(submission.output());
        }
    }

    private void failed(PendingWindow window, Throwable bug, Path output) {
        LOG.errorf(bug, "window not submitted: stream=%s", channel);
        try {
            decide(window, List.of());
        } finally {
            end(output);
        }
    }

    private void end(Path output) {
        tools.delete().accept(output);
        running.arriveAndDeregister();
    }

    private void settle(Submission submission, TranscodeResult result) {
        PendingWindow window = submission.window();
        switch (result) {
            case TranscodeResult.Completed completed -> {
                window.ranNanos = completed.ran().toNanos();
                if (!window.isSlate()) {
                    latest = new Run(window.rungs, window.ranNanos);
                }
                decide(window, completed.renditions());
            }
            case TranscodeResult.Rejected rejected
            when rejected.reason() != Rejection.SHUTDOWN
                    && tools.nanos().getAsLong() - submission.due().latestStart() < 0 -> listener.refused(window);
            case TranscodeResult.Failed failed -> {
                LOG.warnf(
                        "window failed: stream=%s, kind=%s, detail=%s",
                        channel,
                        failed.failure().kind().code(),
                        failed.failure().detail());
                decide(window, List.of());
            }
            case TranscodeResult.Cancelled _ -> {
                abandoned(submission);
                decide(window, List.of());
            }
            case TranscodeResult.Rejected _ -> decide(window, List.of());
        }
    }

    /**
     * Expects of the next units that they run longer than one that was ended before its result: otherwise each would be started as late
     * as that one, and be too late like it, although some would be in time if they started when they were due.
     */
    private void abandoned(Submission submission) {
        PendingWindow window = submission.window();
        OptionalLong start = submission.start().at;
        if (!window.isSlate() && start.isPresent()) {
            long ran = tools.nanos().getAsLong() - start.getAsLong();
            latest = new Run(window.rungs, Math.max(latest.of(window.rungs), (long) (ran * ABANDONED)));
        }
    }

    private void decide(PendingWindow window, List<Rendition> renditions) {
        if (window.decided.compareAndSet(false, true)) {
            EncodedWindow encoded = null;
            try {
                encoded = store(window, renditions);
            } catch (RuntimeException bug) {
                LOG.errorf(bug, "window not stored: stream=%s", channel);
            }
            listener.settled(window, encoded);
        }
    }

    private @Nullable EncodedWindow store(PendingWindow window, List<Rendition> renditions) {
        if (window.storedPassthrough == null && renditions.isEmpty()) {
            return null;
        }
        try {
            return tools.store().renditions(window, renditions);
        } catch (IOException | MalformedMedia unusable) {
            LOG.warnf("window not published: stream=%s, reason=%s", channel, unusable.getMessage());
            return null;
        }
    }
}
