package io.xg2g.packaging;

import io.xg2g.media.Ticks;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Epochs that follow each other without a break in time: the latest one, and what goes on from one to the next, which is the
 * audio, the last pictures and the due times. Guarded by the {@link Packager}.
 */
final class ContinuousEpochs {
    private final LastPictures pictures = new LastPictures();
    private PublishedEpoch latest = PublishedEpoch.NONE;
    private EpochBuilder.@Nullable Content content;
    private AudioRenditions audio = AudioRenditions.NONE;

    /** Due time of the latest window, as {@link System#nanoTime}. */
    private long due = Long.MIN_VALUE;

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
        PublishedEpoch before = latest;
        pictures.retain(track -> next.shares(track, before));
        latest = next;
        content = nextContent;
        audio = nextAudio;
    }

    /** Records the published segment of a video track. */
    void published(PublishedEpoch epoch, String track, LastPictures.Picture picture) {
        if (epoch.shares(track, latest)) {
            pictures.published(track, picture);
        }
    }

    /** Returns the picture to hold in a window of an epoch. */
    Optional<LastPictures.Picture> last(PublishedEpoch epoch, String track) {
        return epoch.shares(track, latest) ? pictures.of(track) : Optional.empty();
    }

    /** Returns whether a slate is the latest segment of a track. */
    boolean showSlate() {
        return pictures.showSlate();
    }

    /** See {@link EpochBuilder#due}. */
    long due(long now, long duration) {
        due = due == Long.MIN_VALUE ? now : Math.max(now, due + Ticks.toNanos(duration));
        return due;
    }
}
