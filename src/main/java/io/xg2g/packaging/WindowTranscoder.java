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
import io.xg2g.ffmpeg.TranscodeUnit;
import io.xg2g.ingest.SourceWindow;
import io.xg2g.media.MalformedMedia;
import io.xg2g.process.WorkDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
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

/** Submits a channel's windows to the dispatcher, and stores what comes of them in the channel's directory. Thread-safe. */
public final class WindowTranscoder {
    private static final Logger LOG = Logger.getLogger(WindowTranscoder.class);

    /** What the packaging of all channels works with. */
    public record Tools(Dispatcher dispatcher, Profiles profiles, WorkDirectory work, Thumbnails thumbnails) {}

    /**
     * What the transcoding of one channel's windows works with.
     *
     * @param submit submits a request; answers once
     * @param cancel cancels a request by its id
     * @param directory creates a directory for the output of a unit; throws {@link UncheckedIOException}
     * @param delete deletes a file or a directory; must not throw
     * @param store stores segments
     * @param blocking runs what blocks on the disk
     * @param nanos the time, as {@link System#nanoTime}
     */
    record Means(
            Function<TranscodeRequest, Uni<TranscodeResult>> submit,
            Consumer<String> cancel,
            Supplier<Path> directory,
            Consumer<Path> delete,
            SegmentStore store,
            Executor blocking,
            LongSupplier nanos) {

        static Means of(Tools tools, String channel, Path directory, LongSupplier nanos) {
            return new Means(
                    tools.dispatcher()::submit,
                    tools.dispatcher()::cancel,
                    tools.work()::create,
                    tools.work()::delete,
                    new SegmentStore.InDirectory(directory),
                    task -> Thread.ofVirtual().name("packager-" + channel).start(task),
                    nanos);
        }
    }

    /** Receives each window once for each submission, on a thread that may block. */
    interface Listener {
        /**
         * The window's encoding has ended.
         *
         * @param encoded what there is of it; {@code null} for nothing
         */
        void settled(PendingWindow window, @Nullable EncodedWindow encoded);

        /** The queue has no room now; the window may be submitted again. */
        void refused(PendingWindow window);
    }

    private final String channel;
    private final Means means;
    private final Listener listener;

    /** How long the latest unit ran, in nanoseconds; 0 before the first. */
    private volatile long latestRun;

    /** The units that run, and the channel itself until it stops. */
    private final Phaser running = new Phaser(1);

    WindowTranscoder(String channel, Means means, Listener listener) {
        this.channel = channel;
        this.means = means;
        this.listener = listener;
    }

    /** The dispatcher's name for a channel: channels take turns. */
    static String client(String channel) {
        return "live:" + channel;
    }

    /** Stores a window's passthrough; returns {@code null} where it cannot be written. Blocks on the disk. */
    EncodedWindow.@Nullable Encoded storePassthrough(PendingWindow window, SourceWindow.Passthrough passthrough) {
        try {
            return means.store().passthrough(window, passthrough);
        } catch (IOException | MalformedMedia unusable) {
            LOG.warnf("passthrough cannot be published: stream=%s, %s", channel, unusable.getMessage());
            return null;
        }
    }

    /** Submits a window; the listener is called on another thread. */
    void submit(PendingWindow window, SourceWindow.Video video) {
        if (window.rungs.isEmpty()) {
            // The passthrough is all that is needed.
            giveUp(window);
            return;
        }
        Path output;
        try {
            output = means.directory().get();
        } catch (UncheckedIOException full) {
            LOG.warnf(full, "no directory for a window: stream=%s", channel);
            giveUp(window);
            return;
        }
        running.register();
        TranscodeRequest.DueTime due = window.dueTime(latestRun);
        TranscodeUnit unit = new TranscodeUnit(
                video.file(),
                video.media(),
                new Profile.Ladder("live", window.rungs),
                Container.CMAF,
                output,
                video.grid());
        means.submit()
                .apply(new TranscodeRequest(
                        window.id,
                        client(channel),
                        channel,
                        Priority.NORMAL,
                        unit,
                        TranscodeRequest.Listener.NONE,
                        due))
                .subscribe()
                .with(
                        result -> means.blocking().execute(() -> answered(window, due, result, output)),
                        bug -> means.blocking().execute(() -> failed(window, bug, output)));
    }

    /** Cancels a window's unit; nothing is waited for. */
    void cancel(PendingWindow window) {
        means.cancel().accept(window.id);
    }

    /** Decides that nothing more comes of a window than its passthrough, whatever its unit does. */
    void giveUp(PendingWindow window) {
        cancel(window);
        means.blocking().execute(() -> decide(window, List.of()));
    }

    /** Waits until none of the channel's units runs any longer, for a bounded time. To be called once, at its end. */
    void awaitEnd(Duration atMost) {
        try {
            running.awaitAdvanceInterruptibly(running.arriveAndDeregister(), atMost.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException cut) {
            Thread.currentThread().interrupt();
        } catch (TimeoutException hung) {
            LOG.warnf("unit does not end: stream=%s", channel);
        }
    }

    /** Deletes what was made of a window that is not wanted any more, but for what was published. */
    void discard(PendingWindow window) {
        window.unpublished().forEach(rendition -> means.delete().accept(rendition.file()));
    }

    private void answered(PendingWindow window, TranscodeRequest.DueTime due, TranscodeResult result, Path output) {
        try {
            settle(window, due, result);
        } finally {
            end(output);
        }
    }

    private void failed(PendingWindow window, Throwable bug, Path output) {
        LOG.errorf(bug, "window could not be submitted: stream=%s", channel);
        try {
            decide(window, List.of());
        } finally {
            end(output);
        }
    }

    private void end(Path output) {
        means.delete().accept(output);
        running.arriveAndDeregister();
    }

    private void settle(PendingWindow window, TranscodeRequest.DueTime due, TranscodeResult result) {
        switch (result) {
            case TranscodeResult.Completed completed -> {
                latestRun = completed.ran().toNanos();
                decide(window, completed.renditions());
            }
            case TranscodeResult.Rejected rejected
            when rejected.reason() != Rejection.SHUTDOWN && means.nanos().getAsLong() - due.latestStart() < 0 ->
                listener.refused(window);
            case TranscodeResult.Failed failed -> {
                LOG.warnf(
                        "window failed: stream=%s, kind=%s, %s",
                        channel,
                        failed.failure().kind().code(),
                        failed.failure().detail());
                decide(window, List.of());
            }
            case TranscodeResult.Rejected _, TranscodeResult.Cancelled _ -> decide(window, List.of());
        }
    }

    private void decide(PendingWindow window, List<Rendition> renditions) {
        if (window.decided.compareAndSet(false, true)) {
            EncodedWindow encoded = null;
            try {
                encoded = store(window, renditions);
            } catch (RuntimeException bug) {
                LOG.errorf(bug, "window could not be stored: stream=%s", channel);
            }
            listener.settled(window, encoded);
        }
    }

    private @Nullable EncodedWindow store(PendingWindow window, List<Rendition> renditions) {
        if (window.own == null && renditions.isEmpty()) {
            return null;
        }
        try {
            return means.store().renditions(window, renditions);
        } catch (IOException | MalformedMedia unusable) {
            LOG.warnf("window cannot be published: stream=%s, %s", channel, unusable.getMessage());
            return null;
        }
    }
}
