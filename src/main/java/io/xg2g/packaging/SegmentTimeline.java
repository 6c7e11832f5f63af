package io.xg2g.packaging;

import io.xg2g.media.AacFrame;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What is published of one channel: windows in order, bounded in time and bytes.
 *
 * <p>A window can be published {@linkplain #publishEarly early}, with what needs no encoder, while the rest of it is being
 * encoded. There are two views: {@link #now} has windows that are whole, and {@link #early} those besides of which only
 * that is there.
 *
 * <p>Thread-safe. Readers get an immutable {@link Timeline}. What has left the timeline can be fetched for a while longer,
 * for players that have an older playlist.
 */
public final class SegmentTimeline {
    private static final int AUDIO_WINDOWS = 16;

    /** What RFC 8216bis calls target duration, in seconds: every window lasts 2 s, give or take a frame. */
    public static final int TARGET_DURATION = 2;

    /**
     * A window to be published.
     *
     * @param segments in the order of its epoch's tracks
     * @param files of the segments; {@code null} where there is a gap
     * @param audio the window's audio frames, in channel time
     */
    record Publication(List<Segment> segments, List<@Nullable Path> files, List<AacFrame> audio) {}

    private record Extent(Duration length, long bytes) {}

    private final long most;
    private final Duration window;
    private final LongSupplier discontinuitySequence;
    private final Consumer<Path> delete;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<Epoch> epochs = new ArrayDeque<>();
    /** Of each published window, by its number. */
    private final NavigableMap<Long, Extent> extents = new TreeMap<>();

    private final SegmentFiles segments = new SegmentFiles();
    /** By the start of their epoch. */
    private final Map<Long, Map<String, byte[]>> inits = new ConcurrentHashMap<>();
    /** The audio frames of the latest windows, by their number, for those who make transport streams of them. */
    private final Map<Long, List<AacFrame>> audioFrames = new ConcurrentHashMap<>();

    /** Every track there ever was, as it was at first, by its name: players go on asking for what they have chosen. */
    private final Map<String, Track> tracks = new ConcurrentHashMap<>();

    private long nextNumber;

    /** The windows before this number are whole. */
    private long wholeUntil;

    private int interruptions;
    private Duration length = Duration.ZERO;
    private long bytes;
    private volatile Timeline whole = new Timeline(List.of(), TARGET_DURATION, false);
    private volatile Timeline early = whole;

    /**
     * An empty timeline.
     *
     * @param first the first media sequence number
     * @param discontinuitySequence gives the discontinuity sequence number of each epoch, which counts up by one
     * @param window how much to keep
     * @param most how many bytes to keep at most
     * @param delete deletes a file; must not throw
     */
    public SegmentTimeline(
            long first, LongSupplier discontinuitySequence, Duration window, long most, Consumer<Path> delete) {
        this.nextNumber = first;
        this.wholeUntil = first;
        this.discontinuitySequence = discontinuitySequence;
        this.window = window;
        this.most = most;
        this.delete = delete;
    }

    /** What is published now, of windows that are whole. */
    Timeline now() {
        return whole;
    }

    /** What is published now; where a rendition is awaited, it is a gap. */
    public Timeline early() {
        return early;
    }

    /**
     * Begins an epoch; it appears with its first window. Does nothing after the end.
     *
     * @param start when it begins, in 90 kHz ticks: later than all before
     */
    void begin(long start, List<Track> tracks, Map<String, byte[]> inits) {
        lock.lock();
        try {
            if (whole.ended()) {
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

    /**
     * Says more of an epoch than was known when it began: it has the same tracks in the same order.
     *
     * @param start when it began
     */
    void describe(long start, List<Track> tracks, Map<String, byte[]> inits) {
        lock.lock();
        try {
            if (this.inits.containsKey(start)) {
                this.inits.put(start, new HashMap<>(inits));
            }
            for (Track track : tracks) {
                this.tracks.put(track.name(), track);
            }
            change(epoch -> epoch.start() == start, epoch -> epoch.describe(tracks));
            show(whole.ended());
        } finally {
            lock.unlock();
        }
    }

    /** Publishes the next window of the epoch that was begun last, whole. Does nothing after the end. */
    void publish(Publication next, long nanos) {
        lock.lock();
        try {
            if (!whole.ended()) {
                add(next, nanos);
                wholeUntil = nextNumber;
                show(false);
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Publishes the next window of the epoch that was begun last with what is there of it; the rest are gaps as yet. Does
     * nothing after the end.
     *
     * @return the window's number, to {@linkplain #complete complete} it
     */
    long publishEarly(Publication next, long nanos) {
        lock.lock();
        try {
            if (!whole.ended()) {
                add(next, nanos);
                show(false);
            }
            return nextNumber - 1;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Completes a window that was published early; windows are completed in their order.
     *
     * @param missing what there is of it besides, by track
     * @return whether it was still there; otherwise the files are nobody's
     */
    boolean complete(long number, Map<String, Segment> missing, Map<String, Path> files) {
        lock.lock();
        try {
            boolean there = !whole.ended() && extents.containsKey(number);
            if (there) {
                long more = missing.values().stream().mapToLong(Segment::bytes).sum();
                missing.forEach(
                        (track, segment) -> segments.add(track, segment, Objects.requireNonNull(files.get(track))));
                extents.computeIfPresent(number, (_, known) -> new Extent(known.length(), known.bytes() + more));
                bytes += more;
                change(epoch -> epoch.has(number), epoch -> epoch.complete(number, missing));
            }
            wholeUntil = Math.max(wholeUntil, number + 1);
            show(whole.ended());
            return there;
        } finally {
            lock.unlock();
        }
    }

    /** Nothing more will come of windows that were published early. */
    void completeAll() {
        lock.lock();
        try {
            wholeUntil = nextNumber;
            show(whole.ended());
        } finally {
            lock.unlock();
        }
    }

    /** Under the lock. */
    private void change(Predicate<Epoch> which, UnaryOperator<Epoch> how) {
        List<Epoch> all = new ArrayList<>(epochs);
        all.replaceAll(epoch -> which.test(epoch) ? how.apply(epoch) : epoch);
        epochs.clear();
        epochs.addAll(all);
    }

    /** Under the lock. */
    private void add(Publication next, long nanos) {
        Epoch epoch = epochs.removeLast();
        epochs.addLast(epoch.append(nextNumber, next.segments()));
        long size = 0;
        for (int i = 0; i < next.segments().size(); i++) {
            Path file = next.files().get(i);
            if (file != null) {
                Segment segment = next.segments().get(i);
                segments.add(epoch.tracks().get(i).name(), segment, file);
                size += segment.bytes();
            }
        }
        audioFrames.put(nextNumber, next.audio());
        audioFrames.remove(nextNumber - AUDIO_WINDOWS);
        Extent added = new Extent(longest(epoch, next.segments()), size);
        extents.put(nextNumber++, added);
        length = length.plus(added.length());
        bytes += added.bytes();
        while (extents.size() > 1
                && (length.minus(extents.firstEntry().getValue().length()).compareTo(window) >= 0 || bytes > most)) {
            retireOldest(nanos);
        }
    }

    /** Deletes what has lingered long enough. */
    void sweep(long nanos) {
        List<Path> files;
        lock.lock();
        try {
            files = segments.sweep(nanos);
            // An epoch's init segments stay as long as a segment of it can be fetched.
            if (!epochs.isEmpty()) {
                long first = segments.firstEpoch().orElse(epochs.getFirst().start());
                inits.keySet().removeIf(start -> start < first);
            }
        } finally {
            lock.unlock();
        }
        files.forEach(delete);
    }

    /** Nothing more will be published; who waits is told. */
    public void end() {
        lock.lock();
        try {
            show(true);
        } finally {
            lock.unlock();
        }
    }

    private void show(boolean ended) {
        early = timeline(epochs.stream(), ended);
        whole = wholeUntil == nextNumber ? early : timeline(epochs.stream().map(e -> e.until(wholeUntil - 1)), ended);
        changed.signalAll();
    }

    private static Timeline timeline(Stream<Epoch> epochs, boolean ended) {
        return new Timeline(epochs.filter(epoch -> !epoch.windows().isEmpty()).toList(), TARGET_DURATION, ended);
    }

    private void retireOldest(long nanos) {
        Map.Entry<Long, Extent> oldest = extents.pollFirstEntry();
        length = length.minus(oldest.getValue().length());
        bytes -= oldest.getValue().bytes();
        wholeUntil = Math.max(wholeUntil, oldest.getKey() + 1);
        Epoch epoch = epochs.removeFirst();
        Window gone = epoch.windows().getFirst();
        Epoch left = epoch.from(gone.number() + 1);
        if (!left.windows().isEmpty() || epochs.isEmpty()) {
            epochs.addFirst(left);
        }
        segments.retire(epoch, gone, nanos);
    }

    /**
     * Waits until there is a whole window of that number or a later one, or the timeline has ended.
     *
     * @return what is published then, or when the time is over
     */
    public Timeline await(long number, Duration atMost) throws InterruptedException {
        return await(this::now, number, atMost);
    }

    /** The same for a window that is published early. */
    public Timeline awaitEarly(long number, Duration atMost) throws InterruptedException {
        return await(this::early, number, atMost);
    }

    /** Whoever waits now gets what is published. */
    void interrupt() {
        lock.lock();
        try {
            interruptions++;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private Timeline await(Supplier<Timeline> view, long number, Duration atMost) throws InterruptedException {
        long left = atMost.toNanos();
        lock.lock();
        try {
            int before = interruptions;
            while (!view.get().ended() && interruptions == before && last(view.get()) < number && left > 0) {
                left = changed.awaitNanos(left);
            }
            return view.get();
        } finally {
            lock.unlock();
        }
    }

    /** The number of the latest published window; {@link Long#MIN_VALUE} where there is none. */
    public static long last(Timeline timeline) {
        return timeline.isEmpty()
                ? Long.MIN_VALUE
                : timeline.epochs().getLast().windows().getLast().number();
    }

    /** A segment that is published, or was until a short while ago. */
    public Optional<SegmentFiles.Stored> segment(String track, long time) {
        return segments.find(track, time);
    }

    /** A track that is, or was, published under this name. */
    public Optional<Track> track(String name) {
        return Optional.ofNullable(tracks.get(name));
    }

    /** The init segment of a track in the epoch that began then, in 90 kHz ticks. */
    public Optional<byte[]> init(String track, long epochStart) {
        Map<String, byte[]> tracks = inits.get(epochStart);
        return tracks == null ? Optional.empty() : Optional.ofNullable(tracks.get(track));
    }

    /** The audio frames of one of the latest windows. */
    public List<AacFrame> audio(long number) {
        return audioFrames.getOrDefault(number, List.of());
    }

    /** Bytes of what is published. */
    public long bytes() {
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
}
