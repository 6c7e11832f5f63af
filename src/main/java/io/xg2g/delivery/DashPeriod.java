package io.xg2g.delivery;

import io.xg2g.packaging.Epoch;
import io.xg2g.packaging.Segment;
import io.xg2g.packaging.Track;
import io.xg2g.packaging.Window;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A run of windows in which the same video tracks have something to fetch.
 *
 * @param epoch that it belongs to
 * @param start when it began, in milliseconds since 1970
 * @param windows those that are published of it
 */
record DashPeriod(Epoch epoch, long start, List<Window> windows) {

    /** When a segment begins and how long it lasts, in the timescale of its track. */
    record Span(long time, long duration) {
        long end() {
            return time + duration;
        }
    }

    /** The segments that can be fetched of a track; tracks with equal ones can be switched between at any of them. */
    record Spans(int timescale, List<Span> spans) {}

    /** The periods of an epoch that have something to fetch. */
    static List<DashPeriod> of(Epoch epoch) {
        Map<Long, List<Window>> runs = new LinkedHashMap<>();
        for (Window window : epoch.windows()) {
            runs.computeIfAbsent(window.periodStart(), start -> new ArrayList<>())
                    .add(window);
        }
        List<DashPeriod> periods = new ArrayList<>();
        runs.forEach((start, windows) -> periods.add(new DashPeriod(epoch, start, windows)));
        periods.removeIf(period -> period.tracks(Track.Kind.VIDEO).isEmpty()
                && period.tracks(Track.Kind.AUDIO).isEmpty());
        return periods;
    }

    /** The tracks of one kind that have something to fetch, by their index. */
    List<Integer> tracks(Track.Kind kind) {
        List<Integer> tracks = new ArrayList<>();
        for (int i = 0; i < epoch.tracks().size(); i++) {
            if (epoch.tracks().get(i).kind() == kind && !spans(i).spans().isEmpty()) {
                tracks.add(i);
            }
        }
        return tracks;
    }

    /** What can be fetched of a track. */
    Spans spans(int track) {
        List<Span> spans = new ArrayList<>(windows.size());
        for (Window window : windows) {
            Segment segment = window.segments().get(track);
            if (!segment.gap()) {
                spans.add(new Span(segment.time(), segment.duration()));
            }
        }
        return new Spans(epoch.tracks().get(track).timescale(), spans);
    }
}
