package io.xg2g.packaging;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Run of windows with the same tracks. Immutable; {@link #append} and {@link #from} return changed copies.
 *
 * @param id discontinuity sequence number; that of the epoch before if this one {@linkplain #idAfter continues} it
 * @param start in 90 kHz ticks since 1970-01-01T00:00:00Z; unique per channel, also across restarts, and therefore part
 *     of the names of init segments
 * @param tracks at least one
 * @param windows with consecutive numbers
 */
public record Epoch(long id, long start, List<Track> tracks, List<Window> windows) {
    private static final int MILLIS = 1000;

    /**
     * Maximum gap or overlap between the video of two epochs without a discontinuity, in 90 kHz ticks: 40 ms, less than
     * before an epoch that does not continue in time ({@link EpochSequence}).
     */
    private static final long MAX_GAP = 3_600;

    public Epoch {
        tracks = List.copyOf(tracks);
        windows = List.copyOf(windows);
        if (tracks.isEmpty()) {
            throw new IllegalArgumentException("tracks is empty; an epoch needs at least one track");
        }
        for (int i = 0; i < windows.size(); i++) {
            Window window = windows.get(i);
            if (window.segments().size() != tracks.size()) {
                throw new IllegalArgumentException(String.format(
                        Locale.ROOT,
                        "window %d has %d segments; expected one for each of %d tracks",
                        window.number(),
                        window.segments().size(),
                        tracks.size()));
            }
            if (i > 0 && window.number() != windows.get(i - 1).number() + 1) {
                throw new IllegalArgumentException(String.format(
                        Locale.ROOT,
                        "window %d follows window %d; window numbers must be consecutive",
                        window.number(),
                        windows.get(i - 1).number()));
            }
        }
    }

    /**
     * Returns the id of an epoch. One that continues in time, with tracks of the same kinds, has that of the epoch before: it
     * needs no discontinuity (RFC 8216bis, 4.4.4.3), at which VLC loses its init segment.
     *
     * @param before epoch with windows before it, if any
     * @param unseen epoch that never had a window, and is replaced, if any
     * @param start of the epoch, in 90 kHz ticks of channel time
     * @param tracks of the epoch
     * @param next returns the next discontinuity sequence number
     */
    static long idAfter(
            @Nullable Epoch before, @Nullable Epoch unseen, long start, List<Track> tracks, LongSupplier next) {
        boolean unseenContinues = before != null && unseen != null && unseen.id == before.id;
        if (before != null && (unseen == null || unseenContinues) && before.isContinuedBy(start, tracks)) {
            return before.id;
        }
        return unseen == null || unseenContinues ? next.getAsLong() : unseen.id;
    }

    private boolean isContinuedBy(long next, List<Track> others) {
        long end = windows.getLast().segments().get(leading()).end();
        return tracks.get(leading()).isVideo()
                && Math.abs(next - end) <= MAX_GAP
                && kinds(tracks).equals(kinds(others));
    }

    private static Set<Track.Kind> kinds(List<Track> tracks) {
        return tracks.stream().map(Track::kind).collect(Collectors.toSet());
    }

    /** Creates an epoch without windows. */
    public Epoch(long id, long start, List<Track> tracks) {
        this(id, start, tracks, List.of());
    }

    /**
     * Returns the epoch with one more window.
     *
     * @param segments in the order of the tracks
     */
    public Epoch append(long number, List<Segment> segments) {
        List<Window> more = new ArrayList<>(windows);
        more.add(new Window(number, periodOf(segments), segments));
        return new Epoch(id, start, tracks, more);
    }

    /**
     * Returns the epoch with additional segments of one of its windows.
     *
     * @param number of the window, which must exist
     * @param more segments by track name
     */
    Epoch complete(long number, Map<String, Segment> more) {
        List<Window> all = new ArrayList<>(until(number - 1).windows());
        Window known = windows.get(all.size());
        List<Segment> segments = new ArrayList<>();
        for (int i = 0; i < tracks.size(); i++) {
            segments.add(
                    more.getOrDefault(tracks.get(i).name(), known.segments().get(i)));
        }
        all.add(new Window(number, until(number - 1).periodOf(segments), segments));
        all.addAll(from(number + 1).windows());
        return new Epoch(id, start, tracks, all);
    }

    /** Returns the epoch with updated tracks, whose number and order must be the same. */
    Epoch describe(List<Track> updated) {
        return new Epoch(id, start, updated, windows);
    }

    /** Returns the epoch without the windows after the given number. */
    Epoch until(long number) {
        return new Epoch(
                id,
                start,
                tracks,
                windows.stream().filter(window -> window.number() <= number).toList());
    }

    /** Returns the epoch without the windows before the given number. */
    public Epoch from(long number) {
        return new Epoch(
                id,
                start,
                tracks,
                windows.stream().filter(window -> window.number() >= number).toList());
    }

    /** Returns whether the epoch has the window of the given number. */
    boolean has(long number) {
        return windows.stream().anyMatch(window -> window.number() == number);
    }

    /** Returns the index of the track with the given name. */
    public OptionalInt indexOf(String track) {
        for (int i = 0; i < tracks.size(); i++) {
            if (tracks.get(i).name().equals(track)) {
                return OptionalInt.of(i);
            }
        }
        return OptionalInt.empty();
    }

    /** Returns the indices of the video tracks whose segment is not a gap. */
    Set<Integer> videoIn(List<Segment> segments) {
        Set<Integer> present = new HashSet<>();
        for (int i = 0; i < tracks.size(); i++) {
            if (tracks.get(i).isVideo() && !segments.get(i).gap()) {
                present.add(i);
            }
        }
        return present;
    }

    /**
     * Returns the start of the next window's DASH period: a new one if its set of video tracks differs from the last
     * one.
     */
    private long periodOf(List<Segment> segments) {
        if (windows.isEmpty()) {
            return startOf(segments);
        }
        long running = windows.getLast().periodStart();
        Set<Integer> now = videoIn(segments);
        Optional<Set<Integer>> before = windows.reversed().stream()
                .takeWhile(window -> window.periodStart() == running)
                .map(window -> videoIn(window.segments()))
                .filter(video -> !video.isEmpty())
                .findFirst();
        boolean continues = now.isEmpty() || before.isEmpty() || before.get().equals(now);
        return continues ? running : startOf(segments);
    }

    /** Returns the start of the leading track's segment, in milliseconds, rounded down. */
    private long startOf(List<Segment> segments) {
        int leading = leading();
        return Math.floorDiv(
                segments.get(leading).time() * MILLIS, tracks.get(leading).timescale());
    }

    /** Returns the index of the leading track: the first video track, or the first track without video. */
    public int leading() {
        for (int i = 0; i < tracks.size(); i++) {
            if (tracks.get(i).isVideo()) {
                return i;
            }
        }
        return 0;
    }
}
