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
import java.util.OptionalLong;
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
        signal = signal.received(dueAt);
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
        OptionalLong lost = signal.lost();
        return lost.isPresent() ? Optional.of(instant(lost.getAsLong())) : Optional.empty();
    }

    /** Adds the slates that are due; none before the first window of the source is published. */
    void addDue(long now) {
        EpochBuilder open = epochs.latest();
        if (open == null || latest == null || !open.begun()) {
            return;
        }
        signal = signal.at(now, epochs.reached());
        while (signal instanceof SourceSignal.Away away && away.owes(now, limit)) {
            signal = away.withSlate(addMissing(open, away.due(), now, away.since()));
        }
    }

    /** Adds the slates between the latest window and the first one of a run, which would not continue in time without them. */
    void addBefore(SourceWindow window, SourceRun run, long now) {
        EpochBuilder open = epochs.latest();
        if (open == null || latest == null || !open.begun() || !(signal.lost().isPresent() || lacksVideo(window))) {
            return;
        }
        while (signal.slated() < limit && epochs.gapBefore(window, run) >= duration()) {
            long since = signal.since(epochs.reached());
            long added = addMissing(open, now, now, since);
            signal = signal instanceof SourceSignal.Away away
                    ? away.withSlate(added)
                    : signal.withoutVideo(now, since, added);
        }
    }

    private boolean lacksVideo(SourceWindow window) {
        return latest != null && latest.video() != null && window.video() == null;
    }

    /** Returns the duration of a slate, in 90 kHz ticks. */
    private long duration() {
        SourceWindow.Video video = latest == null ? null : latest.video();
        return video == null ? AUDIO_WINDOW : video.grid().full().durationTicks();
    }

    /**
     * Adds a slate without a window of the source, with the audio that has been received.
     *
     * @param due time from which it waits for audio
     * @return its duration in nanoseconds
     */
    private long addMissing(EpochBuilder open, long due, long now, long since) {
        SourceWindow window = new SourceWindow(epochs.reached() - open.offset, duration(), null, due);
        add(open, window, now, since);
        return Ticks.toNanos(window.duration());
    }

    /**
     * Adds a window of the source as a slate with its audio if it lacks the video of those before it and goes on with their default
     * audio, up to the limit.
     *
     * @param audio epoch of the window
     * @return empty if it is to be published as it is
     */
    Optional<PendingWindow> addAudio(EpochBuilder audio, SourceWindow window, long nanos) {
        EpochBuilder before = epochs.latest();
        if (before == null
                || !lacksVideo(window)
                || !audio.begun()
                || !audio.continuesAudioOf(before)
                || signal.slated() >= limit) {
            return Optional.empty();
        }
        long dueAt = audio.due(nanos, window.duration());
        SourceSignal.AudioOnly now = signal.withoutVideo(dueAt, epochs.reached(), Ticks.toNanos(window.duration()));
        signal = now;
        return Optional.of(add(before.withTimeOf(audio), window, dueAt, now.since()));
    }

    private PendingWindow add(EpochBuilder open, SourceWindow window, long dueAt, long since) {
        SourceWindow.Video video = latest == null ? null : latest.video();
        boolean encodes = !open.rungs.isEmpty() && !open.epochs().showSlate() && !pending.hasSlate() && isNextAttempt();
        SourceWindow shown = new SourceWindow(
                window.start(), window.duration(), video != null && encodes ? picture(video) : null, window.readyAt());
        PendingWindow slate = new PendingWindow(open, shown, dueAt, slate(since));
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

    private static Slate slate(long since) {
        return new Slate("no signal since " + TIME.format(instant(since).atZone(ZoneId.systemDefault())));
    }

    private static Instant instant(long ticks) {
        return Instant.ofEpochSecond(ChannelTime.seconds(ticks));
    }
}
