package io.xg2g.delivery;

import io.xg2g.packaging.Epoch;
import io.xg2g.packaging.Segment;
import io.xg2g.packaging.Timeline;
import io.xg2g.packaging.Window;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * The segment of a track that is published next. DASH players request it if they take the end of the list for the start of another
 * segment: ffmpeg's demuxer repeats the request without a pause until it is answered.
 */
final class NextSegment {
    private NextSegment() {}

    /**
     * Returns the number of the window that is going to have a segment; empty if it is not the next one of the track.
     *
     * @param timeline with windows whose renditions are being encoded
     * @param time start of the segment, in the timescale of the track
     */
    static OptionalLong window(Timeline timeline, String track, long time) {
        if (timeline.isEmpty() || timeline.ended()) {
            return OptionalLong.empty();
        }
        for (Epoch epoch : timeline.epochs()) {
            OptionalInt index = epoch.indexOf(track);
            for (Window window : epoch.windows()) {
                if (index.isPresent() && isAwaited(window.segments().get(index.getAsInt()), time)) {
                    return OptionalLong.of(window.number());
                }
            }
        }
        Epoch newest = timeline.newest();
        OptionalInt index = newest.indexOf(track);
        if (index.isEmpty() || newest.windows().isEmpty()) {
            return OptionalLong.empty();
        }
        Window latest = newest.windows().getLast();
        return latest.segments().get(index.getAsInt()).end() == time
                ? OptionalLong.of(latest.number() + 1)
                : OptionalLong.empty();
    }

    private static boolean isAwaited(Segment segment, long time) {
        return segment.time() == time && segment.gap();
    }
}
