package io.xg2g.packaging;

import io.xg2g.dispatch.TranscodeRequest;
import io.xg2g.ffmpeg.RenditionSpec;
import io.xg2g.ffmpeg.Slate;
import io.xg2g.ingest.SourceWindow;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Window that is not completely published. Guarded by its {@link Packager}. */
final class PendingWindow {
    /** Time from the due time after which a window is abandoned; longer for the first one of an epoch. */
    private static final long TIMEOUT = TimeUnit.SECONDS.toNanos(6);

    private static final long FIRST_TIMEOUT = TimeUnit.SECONDS.toNanos(20);

    /** The same for a slate, without which the last picture is held. */
    private static final long SLATE_TIMEOUT = TimeUnit.SECONDS.toNanos(2);

    /** Maximum wait for a window's audio tracks after its video. */
    private static final long AUDIO_TIMEOUT = TimeUnit.MILLISECONDS.toNanos(1500);

    /** The same for a slate, from its due time, if the audio goes on: the segmenter withholds it for a second without video. */
    private static final long SLATE_AUDIO_TIMEOUT = TimeUnit.SECONDS.toNanos(1);

    /** The same for the default audio of the first window: starting without audio would cause a discontinuity later. */
    private static final long FIRST_AUDIO_TIMEOUT = TimeUnit.SECONDS.toNanos(5);

    final String id = UUID.randomUUID().toString();
    final EpochBuilder epoch;
    final SourceWindow window;
    final List<RenditionSpec> rungs;

    /** What is shown while the source is away; {@code null} for a window of the source. */
    final @Nullable Slate slate;

    /** Time of publication if encoding took no time, as {@link System#nanoTime}. */
    final long dueAt;

    /** Set when the result is decided: by the unit's result or by the timeout, whichever is first. */
    final AtomicBoolean decided = new AtomicBoolean();

    /** State of encoding. */
    WindowState state;

    /** Run time of the transcoding unit, in nanoseconds; 0 if it has not completed. */
    volatile long ranNanos;

    /** Stored passthrough; {@code null} if there is none, or it could not be written. */
    EncodedWindow.@Nullable Encoded storedPassthrough;

    /** Place in the timeline; {@code null} unless published early. */
    @Nullable
    Early early;

    /**
     * Place of a window that was published early.
     *
     * @param number media sequence number
     * @param epoch in which it was published
     */
    record Early(long number, PublishedEpoch epoch) {}

    /** Creates a window of the source. */
    PendingWindow(EpochBuilder epoch, SourceWindow window, long dueAt) {
        this(epoch, window, dueAt, null);
    }

    /** Creates the window of a slate, which is encoded unless it has no video; then the latest picture is repeated. */
    PendingWindow(EpochBuilder epoch, SourceWindow window, long dueAt, @Nullable Slate slate) {
        this.epoch = epoch;
        this.slate = slate;
        this.window = window;
        this.rungs = epoch.rungs;
        this.dueAt = dueAt;
        if (window.video() == null) {
            this.state = new WindowState.Settled(null);
        } else {
            this.state = passthrough() == null ? WindowState.Waiting.NOW : new WindowState.Preparing();
        }
    }

    /** Returns the time after which the window is abandoned: its renditions hold their last picture. */
    long deadline() {
        if (isSlate()) {
            return dueAt + SLATE_TIMEOUT;
        }
        return dueAt + (epoch.begun() ? TIMEOUT : FIRST_TIMEOUT);
    }

    /**
     * Returns the due time and the latest start of the transcoding unit.
     *
     * @param latestRun run time of the channel's latest unit, in nanoseconds
     */
    TranscodeRequest.DueTime dueTime(long latestRun) {
        long spare = Math.max(0, deadline() - dueAt - latestRun);
        return new TranscodeRequest.DueTime(dueAt, dueAt + spare, !epoch.begun());
    }

    /** Returns whether the window can be published early: its passthrough and its audio are available. */
    boolean isReadyEarly(long now) {
        return storedPassthrough != null && early == null && epoch.expected.isPresent() && hasAudio(now);
    }

    /** Returns whether the window, or the remainder of an early one, can be published. */
    boolean isReady(long now) {
        return isSettled() && (early != null || hasAudio(now));
    }

    boolean isSettled() {
        return state instanceof WindowState.Settled;
    }

    boolean isEncoded() {
        return encoded() != null;
    }

    private @Nullable EncodedWindow encoded() {
        return state instanceof WindowState.Settled(EncodedWindow encoded) ? encoded : null;
    }

    /** Returns whether the audio is available, or the wait for it is over. */
    private boolean hasAudio(long now) {
        SourceRun run = epoch.run;
        if (!run.hasAudio() || run.ended || (isSlate() && !run.reaches(window.start()))) {
            return true;
        }
        long waited = now - window.readyAt();
        return (run.reaches(window.end()) || run.hasStoppedBefore(window) || waited > audioTimeout())
                && (run.othersReach(window) || waited > AUDIO_TIMEOUT);
    }

    private long audioTimeout() {
        if (isSlate()) {
            return SLATE_AUDIO_TIMEOUT;
        }
        return epoch.begun() ? AUDIO_TIMEOUT : FIRST_AUDIO_TIMEOUT;
    }

    /** Returns the source's own video, or {@code null} if the epoch does not offer it. */
    SourceWindow.@Nullable Passthrough passthrough() {
        SourceWindow.Video video = window.video();
        return epoch.passthrough && video != null ? video.passthrough() : null;
    }

    boolean isSlate() {
        return slate != null;
    }

    /** Returns whether the window has video in the source but no rendition of it. */
    boolean isGap() {
        return !isSlate() && encoded() == null && storedPassthrough == null && window.video() != null;
    }

    /** Returns the available renditions, highest first. */
    List<EncodedWindow.Encoded> renditions() {
        EncodedWindow encoded = encoded();
        EncodedWindow.Encoded passthrough = storedPassthrough;
        if (encoded != null) {
            return encoded.renditions();
        }
        return passthrough == null ? List.of() : List.of(passthrough);
    }

    /** Returns the available renditions that are not published. */
    List<EncodedWindow.Encoded> unpublished() {
        return renditions().stream()
                .filter(rendition -> early == null || !rendition.name().equals(EncodedWindow.PASSTHROUGH))
                .toList();
    }

    /** Returns the start in channel time, in 90 kHz ticks. */
    long begin() {
        return window.start() + epoch.offset;
    }
}
