package io.xg2g.service;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/** What a player has shown, by the {@link PictureCounter} of its pictures. Thread-safe. */
final class PictureLog {
    /** Duration in which a picture may be unreadable: it was read while it was drawn. */
    private static final double UNREADABLE_SECONDS = 0.4;

    private static final double NANOS = 1e9;

    /**
     * A picture.
     *
     * @param nanos time since when it is shown, of {@link System#nanoTime}
     * @param number of the picture, or that it has none
     */
    record Shown(long nanos, int number) {}

    private final List<Shown> all = new ArrayList<>();

    /** Adds what is shown now; a picture that is still shown changes nothing. */
    synchronized void add(long nanos, int number) {
        if (all.isEmpty() || all.getLast().number() != number) {
            all.add(new Shown(nanos, number));
        }
    }

    /** Returns the latest number. */
    synchronized OptionalInt latest() {
        return all.reversed().stream()
                .mapToInt(Shown::number)
                .filter(number -> number >= 0)
                .findFirst();
    }

    /** Returns the seconds from a time to the first picture after it with a number. */
    OptionalDouble firstAfter(long nanos) {
        return between(nanos, Long.MAX_VALUE).stream()
                .filter(shown -> shown.number() >= 0 && shown.nanos() >= nanos)
                .mapToDouble(shown -> (shown.nanos() - nanos) / NANOS)
                .findFirst();
    }

    /** Returns the seconds from a time to the first picture after it that is not older than a number. */
    OptionalDouble reached(long nanos, int number) {
        return between(nanos, Long.MAX_VALUE).stream()
                .filter(shown -> shown.number() >= 0 && PictureCounter.ahead(number, shown.number()) >= 0)
                .mapToDouble(shown -> Math.max(0, (shown.nanos() - nanos) / NANOS))
                .findFirst();
    }

    /** Returns what was shown in a time, beginning with what was shown before. */
    synchronized List<Shown> between(long from, long to) {
        int begin = all.size();
        while (begin > 0 && all.get(begin - 1).nanos() > from) {
            begin--;
        }
        return all.subList(Math.max(0, begin - 1), all.size()).stream()
                .filter(shown -> shown.nanos() <= to)
                .toList();
    }

    /** Returns by how many seconds of the source the pictures have advanced in a time. */
    double advanced(long from, long to) {
        List<Integer> numbers = between(from, to).stream()
                .map(Shown::number)
                .filter(number -> number >= 0)
                .toList();
        return numbers.isEmpty()
                ? 0
                : (double) PictureCounter.ahead(numbers.getFirst(), numbers.getLast()) / PictureCounter.RATE;
    }

    /** Returns the longest time in seconds in which no new picture was shown. */
    double longestStill(long from, long to) {
        double longest = 0;
        long since = from;
        for (Shown shown : between(from, to)) {
            if (shown.number() >= 0 && shown.nanos() > from) {
                longest = Math.max(longest, (shown.nanos() - since) / NANOS);
                since = shown.nanos();
            }
        }
        return Math.max(longest, (to - since) / NANOS);
    }

    /**
     * Returns what was wrong in a time: a picture older than one before it, pictures without a number, or a picture that stood still.
     *
     * @param still longest time in seconds for which a picture may stand
     */
    List<String> faults(long from, long to, double still) {
        List<String> faults = new ArrayList<>();
        List<Shown> shown = between(from, to);
        int newest = -1;
        for (Shown one : shown) {
            if (one.number() < 0) {
                continue;
            }
            if (newest >= 0 && PictureCounter.ahead(newest, one.number()) < 0) {
                faults.add(text(
                        "a picture %.1f s older than one before it",
                        (double) PictureCounter.ahead(one.number(), newest) / PictureCounter.RATE));
            }
            newest = one.number();
        }
        double garbage = longestUnreadable(shown, to);
        if (garbage > UNREADABLE_SECONDS) {
            faults.add(text("%.1f s of garbage", garbage));
        }
        double longest = longestStill(from, to);
        if (longest > still) {
            faults.add(text("still for %.1f s", longest));
        }
        return faults.stream().distinct().limit(3).toList();
    }

    private static double longestUnreadable(List<Shown> shown, long to) {
        double longest = 0;
        for (int i = 0; i < shown.size(); i++) {
            if (shown.get(i).number() == PictureCounter.UNREADABLE) {
                long end = i + 1 < shown.size() ? shown.get(i + 1).nanos() : to;
                longest = Math.max(longest, (end - shown.get(i).nanos()) / NANOS);
            }
        }
        return longest;
    }

    private static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
