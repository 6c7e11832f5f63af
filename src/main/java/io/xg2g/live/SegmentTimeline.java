package io.xg2g.live;

import io.xg2g.media.AacFrame;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What is published of one channel: windows in order, bounded in time and bytes.
 *
 * <p>Thread-safe. Readers get an immutable {@link Timeline}; a window appears in it whole or not at all. What has left
 * the timeline can be fetched for a while longer, for players that have an older playlist.
 */
final class SegmentTimeline {
    /** How long a segment outlives its window in the playlist. */
    static final Duration LINGER = Duration.ofSeconds(30);

    private static final int SOUNDS = 16;

    /** What RFC 8216bis calls target duration, in seconds: every window lasts 2 s, give or take a frame. */
    static final int TARGET_DURATION = 2;

    /**
     * A segment's bytes.
     *
     * @param file where they are
     * @param length how many
     */
    record Stored(Path file, int length) {}

    /**
     * A window to be published.
     *
     * @param segments in the order of its epoch's tracks
     * @param files of the segments; {@code null} where there is a gap
     * @param sound the window's audio frames, in channel time
     */
    record Publication(List<Segment> segments, List<@Nullable Path> files, List<AacFrame> sound) {}

    private record Dated(long number, Duration length, long bytes) {}

    private record Retired(List<String> keys, List<Path> files, long epochStart, long at) {}

    private final long most;
    private final Duration window;
    private final LongSupplier discontinuitySequence;
    private final Consumer<Path> delete;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<Epoch> epochs = new ArrayDeque<>();
    private final Deque<Dated> dated = new ArrayDeque<>();
    private final Deque<Retired> retired = new ArrayDeque<>();
    private final Map<String, Stored> stored = new ConcurrentHashMap<>();
    /** By the start of their epoch. */
    private final Map<Long, Map<String, byte[]>> inits = new ConcurrentHashMap<>();
    /** The audio frames of the latest windows, by their number, for those who make transport streams of them. */
    private final Map<Long, List<AacFrame>> sounds = new ConcurrentHashMap<>();

    /** Every track there ever was, as it was at first, by its name: players go on asking for what they have chosen. */
    private final Map<String, Track> tracks = new ConcurrentHashMap<>();

    private long nextNumber;
    private Duration length = Duration.ZERO;
    private long bytes;
    private volatile Timeline published = new Timeline(List.of(), TARGET_DURATION, false);

    /**
     * An empty timeline.
     *
     * @param first the first media sequence number
     * @param discontinuitySequence gives the discontinuity sequence number of each epoch, which counts up by one
     * @param window how much to keep
     * @param most how many bytes to keep at most
     * @param delete deletes a file; must not throw
     */
    SegmentTimeline(long first, LongSupplier discontinuitySequence, Duration window, long most, Consumer<Path> delete) {
        this.nextNumber = first;
        this.discontinuitySequence = discontinuitySequence;
        this.window = window;
        this.most = most;
        this.delete = delete;
    }

    /** What is published now. */
    Timeline now() {
        return published;
    }

    /**
     * Begins an epoch; it appears with its first window. Does nothing after the end.
     *
     * @param start when it begins, in 90 kHz ticks: later than all before
     */
    void begin(long start, List<Track> tracks, Map<String, byte[]> inits) {
        lock.lock();
        try {
            if (published.ended()) {
                return;
            }
            // The number of an epoch that was never seen is used again, since they count without a hole.
            long id = !epochs.isEmpty() && epochs.getLast().windows().isEmpty()
                    ? epochs.removeLast().id()
                    : discontinuitySequence.getAsLong();
            this.inits.put(start, new HashMap<>(inits));
            tracks.forEach(track -> this.tracks.putIfAbsent(track.name(), track));
            epochs.addLast(new Epoch(id, start, tracks));
        } finally {
            lock.unlock();
        }
    }

    /** Publishes the next window of the epoch that was begun last. Does nothing after the end. */
    void publish(Publication next, long nanos) {
        lock.lock();
        try {
            if (published.ended()) {
                return;
            }
            Epoch epoch = epochs.removeLast();
            epochs.addLast(epoch.append(nextNumber, next.segments()));
            long size = 0;
            for (int i = 0; i < next.segments().size(); i++) {
                Path file = next.files().get(i);
                if (file != null) {
                    Segment segment = next.segments().get(i);
                    stored.put(key(epoch.tracks().get(i).name(), segment.time()), new Stored(file, segment.bytes()));
                    size += segment.bytes();
                }
            }
            sounds.put(nextNumber, next.sound());
            sounds.remove(nextNumber - SOUNDS);
            Dated added = new Dated(nextNumber++, longest(epoch, next.segments()), size);
            dated.addLast(added);
            length = length.plus(added.length());
            bytes += added.bytes();
            while (dated.size() > 1
                    && (length.minus(dated.getFirst().length()).compareTo(window) >= 0 || bytes > most)) {
                retireOldest(nanos);
            }
            show(false);
        } finally {
            lock.unlock();
        }
    }

    /** Deletes what has lingered long enough. */
    void sweep(long nanos) {
        List<Path> files = new ArrayList<>();
        lock.lock();
        try {
            while (!retired.isEmpty() && nanos - retired.getFirst().at() > LINGER.toNanos()) {
                Retired old = retired.removeFirst();
                old.keys().forEach(stored::remove);
                files.addAll(old.files());
            }
            // An epoch's init segments stay as long as a segment of it can be fetched.
            if (!epochs.isEmpty()) {
                long first = retired.isEmpty()
                        ? epochs.getFirst().start()
                        : retired.getFirst().epochStart();
                inits.keySet().removeIf(start -> start < first);
            }
        } finally {
            lock.unlock();
        }
        files.forEach(delete);
    }

    /** Nothing more will be published; who waits is told. */
    void end() {
        lock.lock();
        try {
            show(true);
        } finally {
            lock.unlock();
        }
    }

    private void show(boolean ended) {
        published = new Timeline(
                epochs.stream().filter(epoch -> !epoch.windows().isEmpty()).toList(), TARGET_DURATION, ended);
        changed.signalAll();
    }

    private void retireOldest(long nanos) {
        Dated oldest = dated.removeFirst();
        length = length.minus(oldest.length());
        bytes -= oldest.bytes();
        Epoch epoch = epochs.removeFirst();
        Window gone = epoch.windows().getFirst();
        Epoch left = epoch.from(gone.number() + 1);
        if (!left.windows().isEmpty() || epochs.isEmpty()) {
            epochs.addFirst(left);
        }
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

    /**
     * Waits until there is a window of that number or a later one, or the timeline has ended.
     *
     * @return what is published then, or when the time is over
     */
    Timeline await(long number, Duration atMost) throws InterruptedException {
        long left = atMost.toNanos();
        lock.lock();
        try {
            while (!published.ended() && last(published) < number && left > 0) {
                left = changed.awaitNanos(left);
            }
            return published;
        } finally {
            lock.unlock();
        }
    }

    /** The number of the latest published window; {@link Long#MIN_VALUE} where there is none. */
    static long last(Timeline timeline) {
        return timeline.isEmpty()
                ? Long.MIN_VALUE
                : timeline.epochs().getLast().windows().getLast().number();
    }

    /** A segment that is published, or was until a short while ago. */
    Optional<Stored> segment(String track, long time) {
        return Optional.ofNullable(stored.get(key(track, time)));
    }

    /** A track that is, or was, published under this name. */
    Optional<Track> track(String name) {
        return Optional.ofNullable(tracks.get(name));
    }

    /** The init segment of a track in the epoch that began then, in 90 kHz ticks. */
    Optional<byte[]> init(String track, long epochStart) {
        Map<String, byte[]> tracks = inits.get(epochStart);
        return tracks == null ? Optional.empty() : Optional.ofNullable(tracks.get(track));
    }

    /** The audio frames of one of the latest windows. */
    List<AacFrame> sound(long number) {
        return sounds.getOrDefault(number, List.of());
    }

    /** Bytes of what is published. */
    long bytes() {
        lock.lock();
        try {
            return bytes;
        } finally {
            lock.unlock();
        }
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

    private static String key(String track, long time) {
        return track + "/" + time;
    }
}
