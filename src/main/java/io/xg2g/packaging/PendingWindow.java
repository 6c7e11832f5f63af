package io.xg2g.packaging;

import io.xg2g.dispatch.TranscodeRequest;
import io.xg2g.ffmpeg.RenditionSpec;
import io.xg2g.ingest.SourceWindow;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A window on its way through the dispatcher into the timeline. Guarded by its {@link Packager}. */
final class PendingWindow {
    /** A window that has been ready for this long is given up; the first one of an epoch may take longer. */
    private static final long GIVE_UP = TimeUnit.SECONDS.toNanos(6);

    private static final long GIVE_UP_FIRST = TimeUnit.SECONDS.toNanos(20);

    /** How long a window's sound may come after its picture. */
    private static final long AUDIO_PATIENCE = TimeUnit.MILLISECONDS.toNanos(1500);

    /** The first one's: to begin without sound means a break when it comes. */
    private static final long AUDIO_PATIENCE_FIRST = TimeUnit.SECONDS.toNanos(5);

    final String id = UUID.randomUUID().toString();
    final EpochBuilder epoch;
    final SourceWindow window;
    final List<RenditionSpec> rungs;

    /** When it should be published, were encoding to take no time, as {@link System#nanoTime}. */
    final long dueAt;

    /** When it may be submitted, as {@link System#nanoTime}: later than it came, after the queue had no room. */
    long submitAt;

    /** Whether it has been submitted and not been answered. */
    boolean submitted;

    /** Set by the first who decides what there is of it: its unit's answer, or whoever gives it up. */
    final AtomicBoolean decided = new AtomicBoolean();

    /** Whether what needs no encoder is in its place, so that it may be submitted and published. */
    boolean prepared;

    /** Its own video in its place; {@code null} where that is not offered, or could not be written. */
    EncodedWindow.@Nullable Encoded own;

    /** Its media sequence number, where it was published early. */
    OptionalLong number = OptionalLong.empty();

    /** The beginning of the published epoch that it is in, where it was published early. */
    long epochStart;

    /** Whether it waits for nothing more from an encoder. */
    boolean settled;

    /** What came of it; {@code null} for a gap. */
    @Nullable
    EncodedWindow encoded;

    PendingWindow(EpochBuilder epoch, SourceWindow window, List<RenditionSpec> rungs, long dueAt) {
        this.epoch = epoch;
        this.window = window;
        this.rungs = List.copyOf(rungs);
        this.dueAt = dueAt;
        this.submitAt = Long.MIN_VALUE;
        this.settled = window.video() == null;
        this.prepared = passthrough() == null;
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
        return own != null && epoch.expected.isPresent() && hasSound(now);
    }

    /** Whether it can be published, or the rest of it. */
    boolean isReady(long now) {
        return settled && (number.isPresent() || hasSound(now));
    }

    /** Whether its sound is there, or is not waited for any longer. */
    private boolean hasSound(long now) {
        SourceRun run = epoch.run;
        return !run.sound
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
        return encoded == null && own == null && window.video() != null;
    }

    /** What there is of it, best first. */
    List<EncodedWindow.Encoded> made() {
        EncodedWindow.Encoded passthrough = own;
        if (encoded != null) {
            return encoded.renditions();
        }
        return passthrough == null ? List.of() : List.of(passthrough);
    }

    /** What there is of it and was not published. */
    List<EncodedWindow.Encoded> unpublished() {
        return made().stream()
                .filter(rendition -> number.isEmpty() || !rendition.name().equals(EncodedWindow.PASSTHROUGH))
                .toList();
    }

    /** Its beginning in channel time, in 90 kHz ticks. */
    long begin() {
        return window.start() + epoch.offset;
    }
}
