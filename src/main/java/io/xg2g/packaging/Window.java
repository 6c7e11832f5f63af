package io.xg2g.packaging;

import java.util.List;

/**
 * Published window of a channel, with one segment per track.
 *
 * @param number media sequence number
 * @param periodStart start of the DASH period, in milliseconds since 1970-01-01T00:00:00Z. A period is a run of windows
 *     with the same video tracks; its start does not change when its first windows leave the timeline
 * @param segments in the order of the epoch's tracks
 */
public record Window(long number, long periodStart, List<Segment> segments) {

    public Window {
        segments = List.copyOf(segments);
    }
}
