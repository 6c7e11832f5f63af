package io.xg2g.packaging;

import io.xg2g.media.AacFrame;
import io.xg2g.media.Ticks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Windows of 2 s that a test publishes, each as an epoch of its own. */
public final class PublishedWindows {
    private static final long LENGTH = 2L * Ticks.PER_SECOND;
    private static final Track VIDEO = new Track("720p", Track.Kind.VIDEO, "avc1.64001f", 90_000, 1280, 720, 25, 1);

    private PublishedWindows() {}

    /**
     * Begins an epoch of video, with audio or without.
     *
     * @param start in 90 kHz ticks of channel time
     * @param codec of the video
     */
    public static void begin(SegmentTimeline timeline, long start, String codec, byte[] init, boolean audio) {
        Track video = new Track(VIDEO.name(), Track.Kind.VIDEO, codec, 90_000, 1280, 720, 25, 1);
        Track sound = new Track("audio", Track.Kind.AUDIO, "mp4a.40.2", 48_000, 0, 0, 0, 1);
        timeline.begin(
                start,
                audio ? List.of(video, sound) : List.of(video),
                Map.of(video.name(), init, sound.name(), new byte[1]));
    }

    /**
     * Publishes a window of the latest epoch: a file of video, and the frames of its audio, if it has any.
     *
     * @param start in 90 kHz ticks of channel time
     */
    public static void publish(SegmentTimeline timeline, long start, Path video, List<AacFrame> audio)
            throws IOException {
        List<Segment> segments = new ArrayList<>();
        List<@Nullable Path> files = new ArrayList<>();
        segments.add(new Segment(start, LENGTH, (int) Files.size(video), false));
        files.add(video);
        if (!audio.isEmpty()) {
            segments.add(new Segment(start * 48 / 90, LENGTH * 48 / 90, 0, true));
            files.add(null);
        }
        timeline.publish(new SegmentTimeline.Publication(segments, files, Map.of("audio", audio)), 0);
    }

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
