package io.xg2g.packaging;

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
import io.xg2g.ffmpeg.WorkDirectory;
import io.xg2g.ingest.SourceWindow;
import io.xg2g.media.MalformedMedia;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Makes units of a channel's windows, and of their results segments in the channel's directory. Thread-safe. */
public final class WindowTranscoder {
    private static final Logger LOG = Logger.getLogger(WindowTranscoder.class);

    /** What it works with. */
    public record Tools(Dispatcher dispatcher, Profiles profiles, WorkDirectory work, Thumbnails thumbnails) {}

    /** Told of each window once for each submission, on a thread that may block. */
    interface Listener {
        /**
         * The window waits for nothing more.
         *
         * @param encoded what there is of it; {@code null} for nothing
         */
        void settled(PendingWindow window, @Nullable EncodedWindow encoded);

        /** The queue has no room now; the window may be submitted again. */
        void refused(PendingWindow window);
    }

    private final String channel;
    private final Tools tools;
    private final Path store;
    private final Listener listener;
    /** How long the latest unit ran, in nanoseconds; 0 before the first. */
    private volatile long latestRun;

    /** The units that run, and the channel itself until it stops. */
    private final Phaser running = new Phaser(1);

    /**
     * Makes units of one channel.
     *
     * @param store the channel's directory
     */
    WindowTranscoder(String channel, Tools tools, Path store, Listener listener) {
        this.channel = channel;
        this.tools = tools;
        this.store = store;
        this.listener = listener;
    }

    /** The dispatcher's name for a channel: channels take turns. */
    static String client(String channel) {
        return "live:" + channel;
    }

    /** Puts a window's own video in its place; {@code null} where it cannot be written. Blocks on the disk. */
    EncodedWindow.@Nullable Encoded storePassthrough(PendingWindow window, SourceWindow.Passthrough passthrough) {
        try {
            return EncodedWindow.passthrough(passthrough, window.window, window.epoch.offset, store);
        } catch (IOException | MalformedMedia unusable) {
            LOG.warnf("a window's own video cannot be published: stream=%s, %s", channel, unusable.getMessage());
            return null;
        }
    }

    /** Submits a window; the answer comes on another thread. */
    void submit(PendingWindow window, SourceWindow.Video video) {
        if (window.rungs.isEmpty()) {
            // The passthrough is all that is needed.
            Thread.ofVirtual().start(() -> decide(window, List.of()));
            return;
        }
        Path output;
        try {
            output = tools.work().create();
        } catch (UncheckedIOException full) {
            LOG.warnf(full, "no directory for a window: stream=%s", channel);
            Thread.ofVirtual().start(() -> decide(window, List.of()));
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
        tools.dispatcher()
                .submit(new TranscodeRequest(
                        window.id,
                        client(channel),
                        channel,
                        Priority.NORMAL,
                        unit,
                        TranscodeRequest.Listener.NONE,
                        due))
                .subscribe()
                .with(
                        answer -> Thread.ofVirtual().name("packager-" + channel).start(() -> {
                            try {
                                answered(window, due, answer);
                            } finally {
                                tools.work().delete(output);
                                running.arriveAndDeregister();
                            }
                        }),
                        bug -> {
                            LOG.error("a window could not be submitted", bug);
                            tools.work().delete(output);
                            running.arriveAndDeregister();
                            giveUp(window);
                        });
    }

    /** Ends a submission early; nothing is waited for. */
    void cancel(PendingWindow window) {
        tools.dispatcher().cancel(window.id);
    }

    /** Decides at once that there will be no more of a window than its passthrough, whatever its unit does. */
    void giveUp(PendingWindow window) {
        cancel(window);
        Thread.ofVirtual().start(() -> decide(window, List.of()));
    }

    /** The channel has stopped: waits until none of its units runs any longer, for a bounded time. */
    void awaitEnd(Duration atMost) {
        try {
            running.awaitAdvanceInterruptibly(running.arriveAndDeregister(), atMost.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException cut) {
            Thread.currentThread().interrupt();
        } catch (TimeoutException hung) {
            LOG.warnf("a unit does not end: stream=%s", channel);
        }
    }

    /** Deletes what was made of a window that nobody wants, but for what was published. */
    void discard(PendingWindow window) {
        window.unpublished().forEach(rendition -> tools.work().delete(rendition.file()));
    }

    private void answered(PendingWindow window, TranscodeRequest.DueTime due, TranscodeResult result) {
        switch (result) {
            case TranscodeResult.Completed completed -> {
                latestRun = completed.ran().toNanos();
                decide(window, completed.renditions());
            }
            case TranscodeResult.Rejected rejected
            when rejected.reason() != Rejection.SHUTDOWN && System.nanoTime() - due.latestStart() < 0 ->
                listener.refused(window);
            case TranscodeResult.Failed failed -> {
                LOG.warnf(
                        "a window failed: stream=%s, kind=%s, %s",
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
                LOG.errorf(bug, "a window could not be stored: stream=%s", channel);
            }
            listener.settled(window, encoded);
        }
    }

    /** What there is of a window: its passthrough needs no encoder. */
    private @Nullable EncodedWindow store(PendingWindow window, List<Rendition> renditions) {
        if (window.own == null && renditions.isEmpty()) {
            return null;
        }
        try {
            return EncodedWindow.of(window.own, renditions, window.window, window.epoch.offset, store);
        } catch (IOException | MalformedMedia unusable) {
            LOG.warnf("a window cannot be published: stream=%s, %s", channel, unusable.getMessage());
            return null;
        }
    }
}
