package io.xg2g.packaging;

import io.xg2g.ffmpeg.EncodingCost;
import io.xg2g.ffmpeg.RenditionSpec;
import io.xg2g.ingest.SourceWindow;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

/**
 * Selection of the rungs of one channel: as many as there is {@linkplain EncodingCapacity capacity} for, and
 * {@linkplain Degradation fewer} while its windows are late. Guarded by the channel's {@link Packager}.
 */
public final class EncodingShare {
    private final String channel;
    private final EncodingCapacity capacity;
    private final BooleanSupplier watched;
    private final Degradation degradation = new Degradation();

    /**
     * Creates the share of a channel, without an allocation.
     *
     * @param watched whether the channel has viewers
     */
    public EncodingShare(String channel, EncodingCapacity capacity, BooleanSupplier watched) {
        this.channel = channel;
        this.capacity = capacity;
        this.watched = watched;
    }

    /** Returns the rungs of a ladder from the highest one that fits alone; at least the lowest rung. */
    List<RenditionSpec> ladder(List<RenditionSpec> ladder, SourceWindow.Video video) {
        double left = capacity.left(channel);
        int first = 0;
        while (first < ladder.size() - 1 && cost(ladder.subList(first, first + 1), video) > left) {
            first++;
        }
        return ladder.subList(first, ladder.size());
    }

    /** Returns the reason why not even the lowest rung fits beside the other channels; empty if it does. */
    Optional<String> refusal(EpochBuilder epoch, SourceWindow window) {
        SourceWindow.Video video = window.video();
        if (video == null || epoch.passthrough || epoch.ladder.isEmpty() || !capacity.isSharedBy(channel)) {
            return Optional.empty();
        }
        double min = cost(epoch.ladder.subList(epoch.ladder.size() - 1, epoch.ladder.size()), video);
        return min <= capacity.left(channel)
                ? Optional.empty()
                : Optional.of(String.format(
                        Locale.ROOT,
                        "no capacity to encode one more channel in real time: its lowest rendition costs %.1f (1 is"
                                + " transcoding 1080-line video to 720p); %s",
                        min,
                        capacity.describe(channel)));
    }

    /**
     * Returns the rungs of the next window, the highest first.
     *
     * @param behindSeconds time since the oldest unpublished window was due
     */
    List<RenditionSpec> rungs(EpochBuilder epoch, SourceWindow window, double behindSeconds) {
        SourceWindow.Video video = window.video();
        if (video == null || epoch.ladder.isEmpty()) {
            return List.of();
        }
        int min = epoch.passthrough ? 0 : 1;
        int count = epoch.begun() ? degradation.rungs(epoch.ladder.size(), min, behindSeconds) : epoch.ladder.size();
        List<Double> costs = new ArrayList<>();
        IntStream.rangeClosed(1, count).forEach(rungs -> costs.add(cost(epoch.ladder.subList(0, rungs), video)));
        return epoch.ladder.subList(0, capacity.take(channel, costs, min, watched));
    }

    /** Records the time from a window's due time to its publication. */
    void published(double seconds) {
        degradation.published(seconds);
    }

    /** Releases the channel's allocation. */
    void release() {
        capacity.release(channel);
    }

    private static double cost(List<RenditionSpec> rungs, SourceWindow.Video video) {
        return EncodingCost.of(video.media().video(), video.grid(), rungs);
    }
}
