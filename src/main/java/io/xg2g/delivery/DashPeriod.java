package io.xg2g.delivery;

import io.xg2g.packaging.Epoch;
import io.xg2g.packaging.Segment;
import io.xg2g.packaging.Track;
import io.xg2g.packaging.Window;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * DASH period: a run of windows with the same video tracks.
 *
 * @param epoch epoch of the windows
 * @param start in milliseconds since 1970; may be before the first published window
 * @param windows published windows
 * @param ended whether its segments are not available any more: each track is listed with one short segment, since it needs one
 */
record DashPeriod(Epoch epoch, long start, List<Window> windows, boolean ended) {
    private static final int MILLIS = 1000;

    /** Inverse of the duration of the segment of an ended period. */
    private static final int ENDED_SEGMENTS_PER_SECOND = 10;

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
        runs.forEach((start, windows) -> periods.add(new DashPeriod(epoch, start, windows, false)));
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

    /**
     * Returns a hash of the tracks with available segments, without what is measured (frame rate, bit rate); the same in each
     * process.
     */
    int tracksHash() {
        int hash = 0;
        for (Track.Kind kind : Track.Kind.values()) {
            for (int index : tracks(kind)) {
                Track track = epoch.tracks().get(index);
                Track.Audio audio = track.audioOrUnknown();
                // The hash of an enum is that of its object.
                int own = Objects.hash(
                        track.name(),
                        track.codec(),
                        track.timescale(),
                        track.width(),
                        track.height(),
                        audio.info().language(),
                        audio.info().role().name(),
                        audio.channels());
                hash = 31 * hash + own;
            }
        }
        return hash;
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
        int timescale = epoch.tracks().get(track).timescale();
        return ended && !spans.isEmpty()
                ? new Spans(timescale, List.of(new Span(offset(timescale), timescale / ENDED_SEGMENTS_PER_SECOND)))
                : new Spans(timescale, spans);
    }

    /** Returns the start, in a timescale. */
    long offset(int timescale) {
        return Math.floorDiv(start * timescale, MILLIS);
    }

    /** Returns an ended period with the tracks of this one. */
    DashPeriod endedFrom(long otherStart) {
        return new DashPeriod(epoch, otherStart, windows, true);
    }
}
