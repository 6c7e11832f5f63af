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
 * DASH period: a run of windows with the same video tracks.
 *
 * @param epoch epoch of the windows
 * @param start in milliseconds since 1970; may be before the first published window
 * @param windows published windows
 */
record DashPeriod(Epoch epoch, long start, List<Window> windows) {

    /** Start and duration of a segment, in the timescale of its track. */
    record Span(long time, long duration) {
        long end() {
            return time + duration;
        }
    }

    /** Available segments of a track; players can switch between tracks with equal spans at any segment. */
    record Spans(int timescale, List<Span> spans) {}

    /** Returns the periods of an epoch that have available segments. */
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

    /** Returns the indices of the tracks of one kind that have available segments. */
    List<Integer> tracks(Track.Kind kind) {
        List<Integer> tracks = new ArrayList<>();
        for (int i = 0; i < epoch.tracks().size(); i++) {
            if (epoch.tracks().get(i).kind() == kind && !spans(i).spans().isEmpty()) {
                tracks.add(i);
            }
        }
        return tracks;
    }

    /** Returns the available segments of a track. */
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
