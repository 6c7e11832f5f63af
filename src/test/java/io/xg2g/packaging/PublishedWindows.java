package io.xg2g.packaging;

import io.xg2g.media.Ticks;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** Windows of 2 s that a test publishes, each as an epoch of its own. */
public final class PublishedWindows {
    private static final long LENGTH = 2L * Ticks.PER_SECOND;
    private static final Track VIDEO = new Track("720p", Track.Kind.VIDEO, "avc1.64001f", 90_000, 1280, 720, 25, 1);

    private PublishedWindows() {}

    /** Publishes a window that begins an epoch now, or behind the media before. */
    public static void publish(SegmentTimeline timeline, ChannelTime time) {
        long start = time.begin(0);
        timeline.begin(start, List.of(VIDEO), Map.of("720p", new byte[1]));
        timeline.publish(
                new SegmentTimeline.Publication(
                        List.of(new Segment(start, LENGTH, 0, true)), Collections.singletonList(null), Map.of()),
                0);
        time.reached(start + LENGTH);
    }
}
