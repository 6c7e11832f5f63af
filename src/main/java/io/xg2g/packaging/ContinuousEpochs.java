package io.xg2g.packaging;

import io.xg2g.media.Ticks;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Epochs that follow each other without a break in time: the latest one, and what goes on from one to the next, which is the
 * audio, the last pictures and the due times. Guarded by the {@link Packager}.
 */
final class ContinuousEpochs {
    /** Usual lead of the due times over the clock: that of three retained windows, or of a source that begins with a burst. */
    private static final long USUAL_LEAD = TimeUnit.SECONDS.toNanos(6);

    /** Part of each window by which a longer lead is reduced. */
    private static final int REDUCTION = 20;

    private final LastPictures pictures = new LastPictures();
    private PublishedEpoch latest = PublishedEpoch.NONE;
    private EpochBuilder.@Nullable Content content;
    private AudioRenditions audio = AudioRenditions.NONE;

    /** Due time of the latest window, as {@link System#nanoTime}; {@code null} before the first one. */
    private @Nullable Long due;

    /** Returns the latest epoch; {@link PublishedEpoch#NONE} before the first window is published. */
    PublishedEpoch latest() {
        return latest;
    }

    /** Returns whether a content of the source is that of the latest epoch. */
    boolean isOf(EpochBuilder.Content other) {
        return other.equals(content);
    }

    AudioRenditions audio() {
        return audio;
    }

    void begin(PublishedEpoch next, EpochBuilder.Content nextContent, AudioRenditions nextAudio) {
        // Windows of the epochs before may still be completed, also with renditions that this one leaves out.
        pictures.retain(next::continues);
        latest = next;
        content = nextContent;
        audio = nextAudio;
    }

    /** Records the published segment of a video track. */
    void published(PublishedEpoch epoch, String track, LastPictures.Picture picture) {
        byte[] init = epoch.inits().get(track);
        if (init != null && latest.continues(track, init)) {
            pictures.published(track, picture, init);
        }
    }

    /** Returns the picture to hold in a window of an epoch. */
    Optional<LastPictures.Picture> last(PublishedEpoch epoch, String track) {
        byte[] init = epoch.inits().get(track);
        return init == null ? Optional.empty() : pictures.of(track, init);
    }

    /** Returns whether a slate is the latest segment of a track. */
    boolean showSlate() {
        return pictures.showSlate(latest::has);
    }

    /**
     * See {@link EpochBuilder#due}. A source that has sent what was delayed for a minute, or whose clock is fast, would be ahead for
     * ever: lateness and its absence would be noticed as much later.
     */
    long due(long now, long duration) {
        Long before = due;
        long next = now;
        if (before != null) {
            long window = Ticks.toNanos(duration);
            // A difference, since the clock may overflow.
            long lead = before + window - now;
            next = now + Math.max(0, lead > USUAL_LEAD ? lead - window / REDUCTION : lead);
        }
        due = next;
        return next;
    }
}
