package io.xg2g.packaging;

import java.util.List;

/**
 * One window of a channel, with a part for each track.
 *
 * @param number its media sequence number
 * @param periodStart when the run of windows began that it belongs to, in which the same video tracks have something to
 *     fetch: milliseconds since 1970-01-01T00:00:00Z. It names the DASH period, and stays the same when the run's first
 *     windows are no longer published
 * @param segments in the order of the epoch's tracks
 */
public record Window(long number, long periodStart, List<Segment> segments) {

    public Window {
        segments = List.copyOf(segments);
    }
}
