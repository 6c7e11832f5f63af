package io.xg2g.packaging;

import java.util.List;
import java.util.Locale;

/**
 * What is published of a channel at one moment.
 *
 * @param epochs oldest first, none before the first window; their ids are consecutive, and so are their windows' numbers. Only the newest
 *     may be without windows.
 * @param targetDurationSeconds that of the HLS playlists, which never changes
 * @param ended whether nothing will be added
 */
public record Timeline(List<Epoch> epochs, int targetDurationSeconds, boolean ended) {

    public Timeline {
        epochs = List.copyOf(epochs);
        for (int i = 1; i < epochs.size(); i++) {
            follows(epochs.get(i - 1), epochs.get(i));
        }
    }

    private static void follows(Epoch before, Epoch epoch) {
        if (epoch.id() != before.id() + 1) {
            throw new IllegalArgumentException(
                    String.format(Locale.ROOT, "epoch %d follows %d", epoch.id(), before.id()));
        }
        if (before.windows().isEmpty()) {
            throw new IllegalArgumentException(
                    String.format(Locale.ROOT, "epoch %d is over, and has no windows", before.id()));
        }
        if (epoch.windows().isEmpty()) {
            return;
        }
        long last = before.windows().getLast().number();
        long first = epoch.windows().getFirst().number();
        if (first != last + 1) {
            throw new IllegalArgumentException(String.format(Locale.ROOT, "window %d follows %d", first, last));
        }
    }

    /** The epoch whose tracks players are offered. */
    public Epoch newest() {
        return epochs.getLast();
    }

    /** Whether no window has been published. */
    public boolean isEmpty() {
        return epochs.isEmpty() || epochs.getFirst().windows().isEmpty();
    }

    /** Whether there is nothing to fetch, though windows have been published: all of them are gaps. */
    public boolean isAllGaps() {
        return epochs.stream()
                .flatMap(epoch -> epoch.windows().stream())
                .flatMap(window -> window.segments().stream())
                .allMatch(Segment::gap);
    }
}
