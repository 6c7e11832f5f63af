package io.xg2g.packaging;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * A run of windows without a break. Made empty, and then grown by {@link #append} and cut by {@link #from}.
 *
 * @param id its discontinuity sequence number
 * @param start when it began, in 90 kHz ticks since 1970-01-01T00:00:00Z: names its init segments, since no other epoch of
 *     the channel begins then, also after a restart
 * @param tracks at least one
 * @param windows ascending without a hole in their numbers
 */
public record Epoch(long id, long start, List<Track> tracks, List<Window> windows) {
    private static final int MILLIS = 1000;

    public Epoch {
        tracks = List.copyOf(tracks);
        windows = List.copyOf(windows);
        if (tracks.isEmpty()) {
            throw new IllegalArgumentException("an epoch has at least one track");
        }
        for (int i = 0; i < windows.size(); i++) {
            Window window = windows.get(i);
            if (window.segments().size() != tracks.size()) {
                throw new IllegalArgumentException(String.format(
                        Locale.ROOT,
                        "window %d has %d segments, but there are %d tracks",
                        window.number(),
                        window.segments().size(),
                        tracks.size()));
            }
            if (i > 0 && window.number() != windows.get(i - 1).number() + 1) {
                throw new IllegalArgumentException(String.format(
                        Locale.ROOT,
                        "window %d follows %d",
                        window.number(),
                        windows.get(i - 1).number()));
            }
        }
    }

    /** An epoch that nothing has been published of. */
    public Epoch(long id, long start, List<Track> tracks) {
        this(id, start, tracks, List.of());
    }

    /**
     * The epoch with one window more.
     *
     * @param segments in the order of the tracks
     */
    public Epoch append(long number, List<Segment> segments) {
        List<Window> more = new ArrayList<>(windows);
        more.add(new Window(number, periodOf(segments), segments));
        return new Epoch(id, start, tracks, more);
    }

    /**
     * The epoch with more segments of one window, which it must have, and the windows behind it as they are.
     *
     * @param more segments by their track
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

    /** The epoch with its tracks described anew; their order and number stay. */
    Epoch describe(List<Track> anew) {
        return new Epoch(id, start, anew, windows);
    }

    /** The epoch without the windows behind this number. */
    Epoch until(long number) {
        return new Epoch(
                id,
                start,
                tracks,
                windows.stream().filter(window -> window.number() <= number).toList());
    }

    /** The epoch without the windows before this number. */
    public Epoch from(long number) {
        return new Epoch(
                id,
                start,
                tracks,
                windows.stream().filter(window -> window.number() >= number).toList());
    }

    /** Whether it has the window of this number. */
    boolean has(long number) {
        return windows.stream().anyMatch(window -> window.number() == number);
    }

    /** The place of the track among the tracks. */
    public OptionalInt indexOf(String track) {
        for (int i = 0; i < tracks.size(); i++) {
            if (tracks.get(i).name().equals(track)) {
                return OptionalInt.of(i);
            }
        }
        return OptionalInt.empty();
    }

    /** The video tracks, by their index, that these segments have something to fetch of. */
    Set<Integer> videoIn(List<Segment> segments) {
        Set<Integer> present = new HashSet<>();
        for (int i = 0; i < tracks.size(); i++) {
            if (tracks.get(i).isVideo() && !segments.get(i).gap()) {
                present.add(i);
            }
        }
        return present;
    }

    /** A run goes on while the same video is there; a window without any is a hole in it. */
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
        boolean goesOn = now.isEmpty() || before.isEmpty() || before.get().equals(now);
        return goesOn ? running : startOf(segments);
    }

    /** When the first video track's segment begins, or the first track's; rounded down. */
    private long startOf(List<Segment> segments) {
        int leading = leading();
        return Math.floorDiv(
                segments.get(leading).time() * MILLIS, tracks.get(leading).timescale());
    }

    /** The track whose segments are the windows. */
    public int leading() {
        for (int i = 0; i < tracks.size(); i++) {
            if (tracks.get(i).isVideo()) {
                return i;
            }
        }
        return 0;
    }
}
