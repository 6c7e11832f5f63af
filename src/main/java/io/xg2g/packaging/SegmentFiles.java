package io.xg2g.packaging;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Index of a channel's segment files. Files of a window that has left the timeline are retained for {@link #RETENTION},
 * for players with an older playlist. {@link #find} may be called by any thread; the rest is guarded by the
 * {@link SegmentTimeline}.
 */
public final class SegmentFiles {
    /** Retention of a segment's file after its window has left the timeline. */
    public static final Duration RETENTION = Duration.ofSeconds(30);

    /**
     * Stored segment.
     *
     * @param length size of the file in bytes
     */
    public record Stored(Path file, int length) {}

    private record Retired(List<String> keys, List<Path> files, long epochStart, long at) {}

    private final Map<String, Stored> stored = new ConcurrentHashMap<>();
    private final Deque<Retired> retired = new ArrayDeque<>();

    void add(String track, Segment segment, Path file) {
        stored.put(key(track, segment.time()), new Stored(file, segment.bytes()));
    }

    /** Returns a segment that is published or retained. */
    Optional<Stored> find(String track, long time) {
        return Optional.ofNullable(stored.get(key(track, time)));
    }

    /** Starts the retention of a window that has left the timeline. */
    void retire(Epoch epoch, Window gone, long nanos) {
        List<String> keys = new ArrayList<>();
        List<Path> files = new ArrayList<>();
        for (int i = 0; i < gone.segments().size(); i++) {
            String key =
                    key(epoch.tracks().get(i).name(), gone.segments().get(i).time());
            Stored segment = stored.get(key);
            if (segment != null) {
                keys.add(key);
                files.add(segment.file());
            }
        }
        retired.addLast(new Retired(keys, files, epoch.start(), nanos));
    }

    /** Removes the segments whose retention is over; returns their files, which the caller deletes. */
    List<Path> sweep(long nanos) {
        List<Path> files = new ArrayList<>();
        while (!retired.isEmpty() && nanos - retired.getFirst().at() > RETENTION.toNanos()) {
            Retired old = retired.removeFirst();
            old.keys().forEach(stored::remove);
            files.addAll(old.files());
        }
        return files;
    }

    /** Returns the start of the oldest epoch with retained segments. */
    OptionalLong firstEpoch() {
        return retired.isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(retired.getFirst().epochStart());
    }

    private static String key(String track, long time) {
        return track + "/" + time;
    }
}
