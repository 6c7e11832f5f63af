package io.xg2g.packaging;

import io.xg2g.ffmpeg.FrameGrid;
import io.xg2g.ffmpeg.Slate;
import io.xg2g.ingest.SourceWindow;
import io.xg2g.media.Ticks;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Windows of a channel whose source is away, in real time, or has audio only: the first one is encoded, as a slate made of the
 * last picture, and repeated in the others. If that fails, it is tried again after one window, two, four, up to 16, since encoders
 * that are busy should not have more work from each channel whose source is away. Guarded by the {@link Packager}, except for
 * {@link #noSignalSince}, which any thread may call.
 */
final class SlateWindows {
    private static final long AUDIO_WINDOW = 2L * Ticks.PER_SECOND;
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT);

    /** Maximum number of windows from an attempt to encode the slate to the next one. */
    private static final int MAX_PAUSE = 16;

    private final long limit;
    private final EpochSequence epochs;
    private final WindowQueue pending;
    private volatile SourceSignal signal = new SourceSignal.None();

    /** Latest window of the source. */
    private @Nullable SourceWindow latest;

    /** Windows from the latest attempt to encode the slate to the next one, and how many of them are still to come. */
    private int pause;

    private int paused;

    /**
     * Creates the slates of a channel.
     *
     * @param limit maximum duration for each outage; 0 for none
     */
    SlateWindows(Duration limit, EpochSequence epochs, WindowQueue pending) {
        this.limit = limit.toNanos();
        this.epochs = epochs;
        this.pending = pending;
    }

    /** Handles a window of the source. */
    void received(SourceWindow window, long dueAt) {
        latest = window;
        pause = 0;
        paused = 0;
        signal = signal.received(dueAt, Ticks.toNanos(window.duration()));
    }

    /** Handles the end of a run of the segmenter. */
    void runEnded() {
        signal = signal.ended();
    }

    /** Handles the end of encoding. */
    void end() {
        latest = null;
        signal = new SourceSignal.None();
    }

    /** Returns the time of the last picture while the source is away. */
    Optional<Instant> noSignalSince() {
        return signal instanceof SourceSignal.Away away ? Optional.of(instant(away.since())) : Optional.empty();
    }

    /** Adds the slates that are due; none before the first window of the source is published. */
    void addDue(long now) {
        EpochBuilder open = epochs.latest();
        SourceWindow last = latest;
        if (open == null || last == null || !open.begun()) {
            return;
        }
        signal = signal.at(now, epochs.reached());
        SourceWindow.Video video = last.video();
        long duration = video == null ? AUDIO_WINDOW : video.grid().full().durationTicks();
        while (signal instanceof SourceSignal.Away away && away.owes(now, limit)) {
            add(open, new SourceWindow(epochs.reached() - open.offset, duration, null, now), now, away);
            signal = away.slated(Ticks.toNanos(duration));
        }
    }

    /**
     * Adds a window of the source as a slate with its audio if it lacks the video of those before it, up to the limit.
     *
     * @param before epoch of the latest window
     * @param open epoch of this one
     * @return empty if it is to be published as it is
     */
    Optional<PendingWindow> addAudio(@Nullable EpochBuilder before, EpochBuilder open, SourceWindow window, long now) {
        SourceWindow last = latest;
        if (before == null || last == null || last.video() == null || window.video() != null) {
            return Optional.empty();
        }
        if (!open.begun()
                || !open.continues(before)
                || (signal instanceof SourceSignal.Away away && away.slated() >= limit)) {
            return Optional.empty();
        }
        long dueAt = open.due(now, window.duration());
        SourceSignal.Away away = signal.withoutVideo(dueAt, epochs.reached(), Ticks.toNanos(window.duration()));
        signal = away;
        return Optional.of(add(before.withTimeOf(open), window, dueAt, away));
    }

    private PendingWindow add(EpochBuilder open, SourceWindow window, long dueAt, SourceSignal.Away away) {
        SourceWindow.Video video = latest == null ? null : latest.video();
        boolean encodes = !open.rungs.isEmpty() && !open.epochs().showSlate() && !pending.hasSlate() && isNextAttempt();
        SourceWindow shown = new SourceWindow(
                window.start(), window.duration(), video != null && encodes ? picture(video) : null, window.readyAt());
        PendingWindow slate = new PendingWindow(open, shown, dueAt, slate(away));
        pending.add(slate);
        epochs.added(slate);
        return slate;
    }

    /** Counts a window without a slate; returns whether one is to be encoded for it. */
    private boolean isNextAttempt() {
        if (paused > 0) {
            paused--;
            return false;
        }
        pause = Math.clamp(2L * pause, 1, MAX_PAUSE);
        paused = pause - 1;
        return true;
    }

    /** Returns the video of a slate: one frame, which is held. */
    private static SourceWindow.Video picture(SourceWindow.Video video) {
        FrameGrid grid = video.grid();
        FrameGrid single = new FrameGrid(grid.startTicks(), grid.rateNumerator(), grid.rateDenominator(), 1);
        return new SourceWindow.Video(video.file(), video.media(), single, null);
    }

    private static Slate slate(SourceSignal.Away away) {
        return new Slate("no signal since " + TIME.format(instant(away.since()).atZone(ZoneId.systemDefault())));
    }

    private static Instant instant(long ticks) {
        return Instant.ofEpochSecond(ChannelTime.seconds(ticks));
    }
}
