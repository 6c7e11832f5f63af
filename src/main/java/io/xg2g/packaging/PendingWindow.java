package io.xg2g.packaging;

import io.xg2g.dispatch.TranscodeRequest;
import io.xg2g.ffmpeg.RenditionSpec;
import io.xg2g.ingest.SourceWindow;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A window on its way through the dispatcher into the timeline. Guarded by its {@link Packager}. */
final class PendingWindow {
    /** A window that has been ready for this long is given up; the first one of an epoch may take longer. */
    private static final long GIVE_UP = TimeUnit.SECONDS.toNanos(6);

    private static final long GIVE_UP_FIRST = TimeUnit.SECONDS.toNanos(20);

    /** How long a window's audio may come after its video. */
    private static final long AUDIO_PATIENCE = TimeUnit.MILLISECONDS.toNanos(1500);

    /** The first one's: to begin without audio means a discontinuity when it comes. */
    private static final long AUDIO_PATIENCE_FIRST = TimeUnit.SECONDS.toNanos(5);

    final String id = UUID.randomUUID().toString();
    final EpochBuilder epoch;
    final SourceWindow window;
    final List<RenditionSpec> rungs;

    /** When it should be published, were encoding to take no time, as {@link System#nanoTime}. */
    final long dueAt;

    /** Set by the first who decides what there is of it: its unit's answer, or whoever gives it up. */
    final AtomicBoolean decided = new AtomicBoolean();

    /** How far its encoding has come. */
    WindowState state;

    /** Its own video in its place; {@code null} where that is not offered, or could not be written. */
    EncodedWindow.@Nullable Encoded own;

    /** Its place in the timeline, where it was published before it was encoded. */
    @Nullable
    Early early;

    /**
     * Place of a window that was published early.
     *
     * @param number media sequence number
     * @param epochStart start of its published epoch, in 90 kHz ticks of channel time
     */
    record Early(long number, long epochStart) {}

    PendingWindow(EpochBuilder epoch, SourceWindow window, List<RenditionSpec> rungs, long dueAt) {
        this.epoch = epoch;
        this.window = window;
        this.rungs = List.copyOf(rungs);
        this.dueAt = dueAt;
        if (window.video() == null) {
            this.state = new WindowState.Settled(null);
        } else {
            this.state = passthrough() == null ? WindowState.Waiting.NOW : new WindowState.Preparing();
        }
    }

    /** When it is given up: players skip it then. */
    long giveUpAt() {
        return dueAt + (epoch.begun() ? GIVE_UP : GIVE_UP_FIRST);
    }

    /**
     * When its unit is due, for the dispatcher.
     *
     * @param latestRun how long the channel's latest unit ran, in nanoseconds: one that starts later than that before its end
     *     would come too late
     */
    TranscodeRequest.DueTime dueTime(long latestRun) {
        return new TranscodeRequest.DueTime(dueAt, Math.max(dueAt, giveUpAt() - latestRun), !epoch.begun());
    }

    /** Whether it can be published before it is encoded: its own video and its sound are there. */
    boolean isReadyEarly(long now) {
        return own != null && early == null && epoch.expected.isPresent() && hasAudio(now);
    }

    /** Whether it can be published, or the rest of it. */
    boolean isReady(long now) {
        return isSettled() && (early != null || hasAudio(now));
    }

    boolean isSettled() {
        return state instanceof WindowState.Settled;
    }

    private @Nullable EncodedWindow encoded() {
        return state instanceof WindowState.Settled(EncodedWindow encoded) ? encoded : null;
    }

    /** Whether its audio is there, or is not waited for any longer. */
    private boolean hasAudio(long now) {
        SourceRun run = epoch.run;
        return !run.hasAudio
                || run.audio.reaches(window.end())
                || run.ended
                || now - window.readyAt() > (epoch.begun() ? AUDIO_PATIENCE : AUDIO_PATIENCE_FIRST);
    }

    /** Its own video, where that is offered. */
    SourceWindow.@Nullable Passthrough passthrough() {
        SourceWindow.Video video = window.video();
        return epoch.passthrough && video != null ? video.passthrough() : null;
    }

    /** Whether it has pictures, and nothing to show of them. */
    boolean isGap() {
        return encoded() == null && own == null && window.video() != null;
    }

    /** What there is of it, best first. */
    List<EncodedWindow.Encoded> made() {
        EncodedWindow encoded = encoded();
        EncodedWindow.Encoded passthrough = own;
        if (encoded != null) {
            return encoded.renditions();
        }
        return passthrough == null ? List.of() : List.of(passthrough);
    }

    /** What there is of it and was not published. */
    List<EncodedWindow.Encoded> unpublished() {
        return made().stream()
                .filter(rendition -> early == null || !rendition.name().equals(EncodedWindow.PASSTHROUGH))
                .toList();
    }

    /** Its beginning in channel time, in 90 kHz ticks. */
    long begin() {
        return window.start() + epoch.offset;
    }
}
