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
import java.util.Objects;
import java.util.Optional;
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
 * Sliding window of a channel's published segments: windows in order, bounded in time and bytes.
 *
 * <p>A window can be published {@linkplain #publishEarly early}, with its passthrough and its audio, while its other
 * renditions are being encoded. There are two views: {@link #now} has complete windows only, {@link #early} also the
 * early ones.
 *
 * <p>Thread-safe. Readers get an immutable {@link Timeline}. Segments that have left the timeline are retained for
 * {@link SegmentFiles#RETENTION}.
 */
public final class SegmentTimeline {
    private static final int AUDIO_WINDOWS = 16;

    /** HLS target duration in seconds (RFC 8216bis): every window lasts 2 s, to within one frame. */
    public static final int TARGET_DURATION = 2;

    /**
     * Window to publish.
     *
     * @param segments in the order of the epoch's tracks
     * @param files of the segments; {@code null} for a gap
     * @param audio frames of AAC of the window by track name, in channel time
     */
    record Publication(List<Segment> segments, List<@Nullable Path> files, Map<String, List<AacFrame>> audio) {}

    private final long maxSize;
    private final Duration window;
    private final LongSupplier discontinuitySequence;
    private final Consumer<Path> delete;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<Epoch> epochs = new ArrayDeque<>();
    private final WindowExtents extents = new WindowExtents();
    private final SegmentFiles segments = new SegmentFiles();
    /** Init segments by track name, by start of the epoch. */
    private final Map<Long, Map<String, byte[]>> inits = new ConcurrentHashMap<>();
    /** Audio frames of the latest windows, by number and track, for transport streams. */
    private final Map<Long, Map<String, List<AacFrame>>> audioFrames = new ConcurrentHashMap<>();

    /** All tracks since the start of the channel, by name: players keep requesting their rendition. */
    private final Map<String, Track> tracks = new ConcurrentHashMap<>();

    private long nextNumber;

    /** Windows before this number are complete. */
    private long completeUntil;

    private int interruptions;
    private volatile Timeline complete = new Timeline(List.of(), TARGET_DURATION, false);
    private volatile Timeline early = complete;

    /**
     * Creates an empty timeline.
     *
     * @param first first media sequence number
     * @param discontinuitySequence returns the discontinuity sequence number of the next epoch
     * @param window duration to retain
     * @param maxSize maximum size to retain, in bytes
     * @param delete deletes a file; must not throw
     */
    public SegmentTimeline(
            long first, LongSupplier discontinuitySequence, Duration window, long maxSize, Consumer<Path> delete) {
        this.nextNumber = first;
        this.completeUntil = first;
        this.discontinuitySequence = discontinuitySequence;
        this.window = window;
        this.maxSize = maxSize;
        this.delete = delete;
    }

    /** Returns the published windows that are complete. */
    Timeline now() {
        return complete;
    }

    /** Returns all published windows; renditions that are being encoded are gaps. */
    public Timeline early() {
        return early;
    }

    /**
     * Begins an epoch, which becomes visible with its first window. Does nothing after the end.
     *
     * @param start in 90 kHz ticks of channel time; later than that of all other epochs
     */
    void begin(long start, List<Track> tracks, Map<String, byte[]> inits) {
        lock.lock();
        try {
            if (complete.ended()) {
                return;
            }
            boolean unused = !epochs.isEmpty() && epochs.getLast().windows().isEmpty();
            Epoch unseen = unused ? epochs.removeLast() : null;
            long id = Epoch.idAfter(epochs.peekLast(), unseen, start, tracks, discontinuitySequence);
            this.inits.put(start, new HashMap<>(inits));
            tracks.forEach(track -> this.tracks.putIfAbsent(track.name(), track));
            epochs.addLast(new Epoch(id, start, tracks));
        } finally {
            lock.unlock();
        }
    }

    /**
     * Updates the tracks of an epoch, whose number and order must be the same.
     *
     * @param start of the epoch
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
            show(complete.ended());
        } finally {
            lock.unlock();
        }
    }

    /** Publishes the next window of the latest epoch as complete. Does nothing after the end. */
    void publish(Publication publication, long nanos) {
        lock.lock();
        try {
            if (!complete.ended()) {
                add(publication, nanos);
                completeUntil = nextNumber;
                show(false);
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Publishes the next window of the latest epoch; renditions that are not encoded are gaps until {@link #complete}.
     * Does nothing after the end.
     *
     * @return number of the window
     */
    long publishEarly(Publication publication, long nanos) {
        lock.lock();
        try {
            if (!complete.ended()) {
                add(publication, nanos);
                show(false);
            }
            return nextNumber - 1;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Completes a window that was published early. Must be called in the order of the windows.
     *
     * @param missing remaining segments by track name
     * @return whether the window is still published; if not, the caller owns the files
     */
    boolean complete(long number, Map<String, Segment> missing, Map<String, Path> files) {
        lock.lock();
        try {
            boolean published = !complete.ended() && extents.has(number);
            if (published) {
                long more = missing.values().stream().mapToLong(Segment::bytes).sum();
                missing.forEach(
                        (track, segment) -> segments.add(track, segment, Objects.requireNonNull(files.get(track))));
                extents.grow(number, more);
                change(epoch -> epoch.has(number), epoch -> epoch.complete(number, missing));
            }
            completeUntil = Math.max(completeUntil, number + 1);
            show(complete.ended());
            return published;
        } finally {
            lock.unlock();
        }
    }

    /** Marks all windows as complete. */
    void completeAll() {
        lock.lock();
        try {
            completeUntil = nextNumber;
            show(complete.ended());
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
    private void add(Publication publication, long nanos) {
        Epoch epoch = epochs.removeLast();
        epochs.addLast(epoch.append(nextNumber, publication.segments()));
        long size = 0;
        for (int i = 0; i < publication.segments().size(); i++) {
            Path file = publication.files().get(i);
            if (file != null) {
                Segment segment = publication.segments().get(i);
                segments.add(epoch.tracks().get(i).name(), segment, file);
                size += segment.bytes();
            }
        }
        audioFrames.put(nextNumber, publication.audio());
        audioFrames.remove(nextNumber - AUDIO_WINDOWS);
        extents.add(nextNumber++, epoch, publication.segments(), size);
        while (extents.exceed(window, maxSize)) {
            retireOldest(nanos);
        }
    }

    /**
     * Removes all windows. Their segments are retained, and the next window begins an epoch; numbers continue. For a
     * channel that is encoded again after a pause: players begin some windows before the newest one, which would be
     * those of before the pause.
     */
    void clear(long nanos) {
        lock.lock();
        try {
            while (!extents.isEmpty()) {
                retireOldest(nanos);
            }
            epochs.clear();
            show(complete.ended());
        } finally {
            lock.unlock();
        }
    }

    /** Deletes the files whose retention is over. */
    void sweep(long nanos) {
        List<Path> files;
        lock.lock();
        try {
            files = segments.sweep(nanos);
            // Init segments are retained as long as the segments of their epoch.
            if (!epochs.isEmpty()) {
                long first = segments.firstEpoch().orElse(epochs.getFirst().start());
                inits.keySet().removeIf(start -> start < first);
            }
        } finally {
            lock.unlock();
        }
        files.forEach(delete);
    }

    /** Ends the timeline and wakes waiting clients. */
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
        Stream<Epoch> completed = epochs.stream().map(epoch -> epoch.until(completeUntil - 1));
        complete = completeUntil == nextNumber ? early : timeline(completed, ended);
        changed.signalAll();
    }

    private static Timeline timeline(Stream<Epoch> epochs, boolean ended) {
        return new Timeline(epochs.filter(epoch -> !epoch.windows().isEmpty()).toList(), TARGET_DURATION, ended);
    }

    private void retireOldest(long nanos) {
        completeUntil = Math.max(completeUntil, extents.removeOldest() + 1);
        Epoch epoch = epochs.removeFirst();
        Window gone = epoch.windows().getFirst();
        Epoch left = epoch.from(gone.number() + 1);
        if (!left.windows().isEmpty() || epochs.isEmpty()) {
            epochs.addFirst(left);
        }
        segments.retire(epoch, gone, nanos);
    }

    /**
     * Waits until the complete window of the given number or a later one is published, the timeline has ended, or
     * {@link #interrupt} is called.
     *
     * @return the published windows at that time, or after the timeout
     */
    public Timeline await(long number, Duration timeout) throws InterruptedException {
        return await(this::now, number, timeout);
    }

    /** Waits like {@link #await} for a window that may be incomplete. */
    public Timeline awaitEarly(long number, Duration timeout) throws InterruptedException {
        return await(this::early, number, timeout);
    }

    /** Wakes all waiting clients. */
    void interrupt() {
        lock.lock();
        try {
            interruptions++;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private Timeline await(Supplier<Timeline> view, long number, Duration timeout) throws InterruptedException {
        long left = timeout.toNanos();
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

    /** Returns the number of the latest published window, or {@link Long#MIN_VALUE} if there is none. */
    public static long last(Timeline timeline) {
        return timeline.isEmpty()
                ? Long.MIN_VALUE
                : timeline.epochs().getLast().windows().getLast().number();
    }

    /** Returns a segment that is published or retained. */
    public Optional<SegmentFiles.Stored> segment(String track, long time) {
        return segments.find(track, time);
    }

    /** Returns the track that is or was published under the given name. */
    public Optional<Track> track(String name) {
        return Optional.ofNullable(tracks.get(name));
    }

    /** Returns the init segment of a track in the epoch with the given start, in 90 kHz ticks. */
    public Optional<byte[]> init(String track, long epochStart) {
        Map<String, byte[]> tracks = inits.get(epochStart);
        return tracks == null ? Optional.empty() : Optional.ofNullable(tracks.get(track));
    }

    /** Returns the AAC frames of one of the latest 16 windows, by track, in channel time; empty for a window before them. */
    public Optional<Map<String, List<AacFrame>>> audio(long number) {
        return Optional.ofNullable(audioFrames.get(number));
    }

    /** Returns the size of the published segments in bytes. */
    public long bytes() {
        lock.lock();
        try {
            return extents.bytes();
        } finally {
            lock.unlock();
        }
    }
}
