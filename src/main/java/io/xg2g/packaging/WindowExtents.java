package io.xg2g.packaging;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** Durations and sizes of a timeline's published windows, by number. Guarded by the {@link SegmentTimeline}. */
final class WindowExtents {
    private record Extent(Duration length, long bytes) {}

    private final NavigableMap<Long, Extent> extents = new TreeMap<>();
    private Duration length = Duration.ZERO;
    private long bytes;

    boolean isEmpty() {
        return extents.isEmpty();
    }

    boolean has(long number) {
        return extents.containsKey(number);
    }

    /** Returns the size of all windows. */
    long bytes() {
        return bytes;
    }

    /**
     * Adds a window.
     *
     * @param segments in the order of the epoch's tracks; the longest one counts
     */
    void add(long number, Epoch epoch, List<Segment> segments, long size) {
        Extent added = new Extent(longest(epoch, segments), size);
        extents.put(number, added);
        length = length.plus(added.length());
        bytes += size;
    }

    /** Adds to the size of a window. */
    void grow(long number, long more) {
        extents.computeIfPresent(number, (_, known) -> new Extent(known.length(), known.bytes() + more));
        bytes += more;
    }

    /** Removes the oldest window, which must exist; returns its number. */
    long removeOldest() {
        Map.Entry<Long, Extent> oldest = extents.pollFirstEntry();
        length = length.minus(oldest.getValue().length());
        bytes -= oldest.getValue().bytes();
        return oldest.getKey();
    }

    /** Returns whether the oldest of several windows is not needed for a duration, or all exceed a size. */
    boolean exceed(Duration duration, long size) {
        return extents.size() > 1
                && (bytes > size
                        || length.minus(extents.firstEntry().getValue().length())
                                        .compareTo(duration)
                                >= 0);
    }

    private static Duration longest(Epoch epoch, List<Segment> segments) {
        double seconds = 0;
        for (int i = 0; i < segments.size(); i++) {
            seconds = Math.max(
                    seconds,
                    (double) segments.get(i).duration() / epoch.tracks().get(i).timescale());
        }
        return Duration.ofNanos((long) (seconds * 1e9));
    }
}
