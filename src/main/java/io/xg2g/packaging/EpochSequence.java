package io.xg2g.packaging;

import io.xg2g.ffmpeg.Profiles;
import io.xg2g.ingest.Pacer;
import io.xg2g.ingest.SourceWindow;
import io.xg2g.media.Ticks;
import org.jspecify.annotations.Nullable;

/** Sequence of a channel's epochs: to which one a window belongs, and when it begins in channel time. Guarded by the {@link Packager}. */
final class EpochSequence {
    /** Maximum overlap of the audio of two epochs, in 90 kHz ticks. */
    private static final long MAX_AUDIO_OVERLAP = 2L * 1024 * Ticks.PER_SECOND / 48_000;

    /** Maximum time by which a window of a new run is published earlier to continue in time, in 90 kHz ticks: 2 s. */
    private static final long MAX_SHIFT = 2L * Ticks.PER_SECOND;

    private final boolean paced;
    private final Profiles profiles;
    private final ChannelTime time;
    private @Nullable EpochBuilder latest;

    /** End of the latest window, in 90 kHz ticks of channel time. */
    private long reached;

    /** @param paced whether the source can be read faster than real time */
    EpochSequence(boolean paced, Profiles profiles, ChannelTime time) {
        this.paced = paced;
        this.profiles = profiles;
        this.time = time;
    }

    /** Returns the epoch of the latest window; {@code null} before the first one. */
    @Nullable
    EpochBuilder latest() {
        return latest;
    }

    /** Returns the end of the latest window, in 90 kHz ticks of channel time. */
    long reached() {
        return reached;
    }

    /** Returns the epoch of the next window, before it is decided which rungs are encoded. */
    EpochBuilder next(SourceWindow window, SourceRun run) {
        EpochBuilder open = latest;
        boolean otherFormat = open != null && open.isOtherFormat(window);
        run.offerPassthrough(window, otherFormat);
        if (open == null || open.run != run) {
            long begin = begin(window, run);
            boolean continues = open != null && begin - reached <= MAX_SHIFT;
            return continues
                    ? EpochBuilder.of(window, reached - window.start(), profiles, run, open)
                    : EpochBuilder.of(window, begin - window.start(), profiles, run, null);
        }
        // After slates later than by the source's time.
        long offset = Math.max(open.offset, reached - window.start());
        return otherFormat || open.isOtherOffer(window)
                ? EpochBuilder.of(window, offset, profiles, run, open)
                : open.at(offset, window);
    }

    /** Returns the start of a window by the clock, in 90 kHz ticks of channel time. */
    private long begin(SourceWindow window, SourceRun run) {
        return time.begin(run.recent.getLast().end() - window.start() + (paced ? Pacer.BURST : 0));
    }

    /** Returns the time from the end of the latest window to the first one of a run, in 90 kHz ticks; 0 for one that is not the first. */
    long gapBefore(SourceWindow window, SourceRun run) {
        EpochBuilder open = latest;
        return open == null || open.run == run ? 0 : begin(window, run) - reached;
    }

    /** Handles the next window. */
    void added(PendingWindow window) {
        latest = window.epoch;
        reached = window.begin() + window.window.duration();
        // The next epoch must start after the end of this window.
        time.reached(reached + MAX_AUDIO_OVERLAP);
    }

    /** Handles the end of encoding. */
    void end() {
        latest = null;
    }
}
