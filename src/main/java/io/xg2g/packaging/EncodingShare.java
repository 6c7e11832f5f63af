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
 * Which rungs one channel gets: those that there is {@linkplain EncodingCapacity capacity} for, and
 * {@linkplain Degradation fewer} when its windows wait all the same. Guarded by the channel's {@link Packager}.
 */
public final class EncodingShare {
    private final String channel;
    private final EncodingCapacity capacity;
    private final BooleanSupplier watched;
    private final Degradation degradation = new Degradation();

    /**
     * The share of a channel, which has nothing yet.
     *
     * @param watched whether somebody watches it
     */
    public EncodingShare(String channel, EncodingCapacity capacity, BooleanSupplier watched) {
        this.channel = channel;
        this.capacity = capacity;
        this.watched = watched;
    }

    /** The part of a ladder to begin with, from the highest rung on that can be carried by itself; at least the lowest one. */
    List<RenditionSpec> ladder(List<RenditionSpec> ladder, SourceWindow.Video video) {
        double left = capacity.left(channel);
        int first = 0;
        while (first < ladder.size() - 1 && cost(ladder.subList(first, first + 1), video) > left) {
            first++;
        }
        return ladder.subList(first, ladder.size());
    }

    /** Why a channel cannot be carried beside the others, not even at its lowest rung; empty where it can. */
    Optional<String> refusal(EpochBuilder epoch, SourceWindow window) {
        SourceWindow.Video video = window.video();
        if (video == null || epoch.passthrough || epoch.ladder.isEmpty() || !capacity.isSharedBy(channel)) {
            return Optional.empty();
        }
        double least = cost(epoch.ladder.subList(epoch.ladder.size() - 1, epoch.ladder.size()), video);
        return least <= capacity.left(channel)
                ? Optional.empty()
                : Optional.of(String.format(
                        Locale.ROOT,
                        "one channel more cannot be encoded as it plays: it takes %.1f at its lowest rendition (1 is"
                                + " 1080-line video turned into 720p), and %s",
                        least,
                        capacity.describe(channel)));
    }

    /**
     * The rungs of the next window, the highest first.
     *
     * @param behindSeconds how long the oldest unpublished window has been ready
     */
    List<RenditionSpec> rungs(EpochBuilder epoch, SourceWindow window, double behindSeconds) {
        SourceWindow.Video video = window.video();
        if (video == null || epoch.ladder.isEmpty()) {
            return List.of();
        }
        int least = epoch.passthrough ? 0 : 1;
        int wanted = epoch.begun() ? degradation.rungs(epoch.ladder.size(), least, behindSeconds) : epoch.ladder.size();
        List<Double> costs = new ArrayList<>();
        IntStream.rangeClosed(1, wanted).forEach(rungs -> costs.add(cost(epoch.ladder.subList(0, rungs), video)));
        return epoch.ladder.subList(0, capacity.take(channel, costs, least, watched));
    }

    /** A window was published, or given up, that many seconds after it was ready. */
    void took(double seconds) {
        degradation.took(seconds);
    }

    /** Nothing is encoded any longer. */
    void release() {
        capacity.release(channel);
    }

    private static double cost(List<RenditionSpec> rungs, SourceWindow.Video video) {
        return EncodingCost.of(video.media().video(), video.grid(), rungs);
    }
}
