package io.xg2g.packaging;

import java.util.List;
import java.util.Locale;

/**
 * Immutable snapshot of a channel's published windows.
 *
 * @param epochs oldest first; empty before the first window. The numbers of their windows are consecutive, and so are
 *     their ids, except that one which continues without a discontinuity has that of the one before. Only the newest can
 *     be without windows.
 * @param targetDurationSeconds of the HLS playlists; constant
 * @param ended whether no further windows will be published
 */
public record Timeline(List<Epoch> epochs, int targetDurationSeconds, boolean ended) {

    public Timeline {
        epochs = List.copyOf(epochs);
        for (int i = 1; i < epochs.size(); i++) {
            follows(epochs.get(i - 1), epochs.get(i));
        }
    }

    private static void follows(Epoch before, Epoch epoch) {
        if (epoch.id() != before.id() && epoch.id() != before.id() + 1) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT, "epoch %d follows %d; ids must be equal or consecutive", epoch.id(), before.id()));
        }
        if (before.windows().isEmpty()) {
            throw new IllegalArgumentException(
                    String.format(Locale.ROOT, "epoch %d has no windows and is not the newest", before.id()));
        }
        if (epoch.windows().isEmpty()) {
            return;
        }
        long last = before.windows().getLast().number();
        long first = epoch.windows().getFirst().number();
        if (first != last + 1) {
            throw new IllegalArgumentException(
                    String.format(Locale.ROOT, "window %d follows %d; numbers must be consecutive", first, last));
        }
    }

    /** Returns the epoch whose tracks are in the multivariant playlist. */
    public Epoch newest() {
        return epochs.getLast();
    }

    /** Returns whether no window has been published. */
    public boolean isEmpty() {
        return epochs.isEmpty() || epochs.getFirst().windows().isEmpty();
    }

    /** Returns whether all published segments are gaps. */
    public boolean isAllGaps() {
        return epochs.stream()
                .flatMap(epoch -> epoch.windows().stream())
                .flatMap(window -> window.segments().stream())
                .allMatch(Segment::gap);
    }
}
