package io.xg2g.queue;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the payloads of a queue in memory and on disk. The queue decides on the order of its entries.
 *
 * <p>Thread-safe. {@link #lock} is the queue's lock; it is never held over I/O.
 */
final class ItemStore implements AutoCloseable {
    /** A queue, which holds the entries. All methods are called with the lock. */
    interface Owner {
        /** A new item becomes visible. */
        void publish(Entry entry);

        /** Returns all entries that have not ended. */
        Iterable<Entry> entries();

        /** Removes an entry that has not ended. */
        void remove(Entry entry);

        /** The log has failed: all operations do from now on. */
        void failed();
    }

    final ReentrantLock lock = new ReentrantLock();

    private final QueueOptions options;
    private final Durability durability;
    private final Owner owner;
    private final @Nullable SegmentLog log;
    private final Recovery recovery;
    private final List<LogRecovery.Found> recovered;
    private final Compressor compressor;
    private final PayloadReader reader;
    private final Spill spill;
    private final Adding adding;
    private final Ending ending;
    private final @Nullable Compaction compaction;
    private final @Nullable PlaceCheck placeCheck;

    /** All guarded by {@link #lock}. */
    private final MemoryTier memory;

    private final Counters counters = new Counters();

    private boolean closed;

    ItemStore(QueueOptions options, @Nullable Disk disk, Owner owner) throws IOException {
        this.options = options;
        this.owner = owner;
        QueueOptions.Storage storage = options.storage();
        memory = new MemoryTier(options.memory(), storage != null);
        AtomicLong nextSequence = new AtomicLong(1);
        if (storage == null || disk == null) {
            durability = Durability.NONE;
            recovery = Recovery.NOTHING;
            recovered = new ArrayList<>();
            compressor = new Compressor(false);
            log = null;
            compaction = null;
            placeCheck = null;
        } else {
            durability = storage.durability();
            LogRecovery found = LogRecovery.run(disk);
            recovery = found.report();
            recovered = new ArrayList<>(found.items());
            counters.corrupt = recovery.damage().size();
            nextSequence.set(found.nextSequence());
            SegmentFiles files = new SegmentFiles(options, storage, disk, found, nextSequence::get);
            compressor = new Compressor(storage.compress());
            log = new SegmentLog(options, durability, storage.segmentBytes(), files, new LogOwner() {
                @Override
                public void durable(Batch batch) {
                    ItemStore.this.durable(batch);
                }

                @Override
                public void failed() {
                    update(owner::failed);
                }
            });
            compaction = new Compaction(this, files, log, compressor, options.listener());
            placeCheck = new PlaceCheck(files, compaction, options);
        }
        reader = new PayloadReader(this, log, options);
        spill = new Spill(this, log, compressor, options);
        ending = new Ending(this, durability, log);
        adding = new Adding(this, options, durability, log, compressor, spill, nextSequence);
    }

    /** Makes the entries of the items that were found on disk, and publishes them. Called once, by the queue's constructor. */
    void publishRecovered() {
        long millis = options.clock().currentTimeMillis();
        long nanos = options.clock().nanoTime();
        lock.lock();
        try {
            for (LogRecovery.Found found : recovered) {
                Entry entry = found.entry(options.bounds().levels(), millis, nanos);
                counters.items++;
                counters.payloadBytes += entry.length;
                counters.liveBytes += RecordHeader.recordBytes(entry.stored);
                owner.publish(entry);
            }
            recovered.clear();
        } finally {
            lock.unlock();
        }
    }

    /** Runs an action with the lock. */
    <R> R locked(Supplier<R> action) {
        lock.lock();
        try {
            return action.get();
        } finally {
            lock.unlock();
        }
    }

    /** Runs an action without a result with the lock. */
    void update(Runnable action) {
        lock.lock();
        try {
            action.run();
        } finally {
            lock.unlock();
        }
    }

    Recovery recovery() {
        return recovery;
    }

    /** Adds an item, see {@link Adding#add}. */
    Entry add(byte[] payload, int level, @Nullable Duration ttl) {
        return adding.add(payload, level, ttl);
    }

    /** Throws if a payload does not even fit into the empty queue. */
    void checkLength(int length) {
        adding.checkLength(length);
    }

    /** Throws if the queue is closed, or its log has failed. Called with the lock. */
    void checkOpen() {
        if (closed) {
            throw new QueueException.Closed("queue " + options.name() + " is closed");
        }
        if (log != null) {
            log.checkNotFailed();
        }
    }

    /** Sets where an entry's record is. Called with the lock. */
    void place(Entry entry, Segment segment, long offset, int stored) {
        Segment before = entry.segment;
        counters.liveBytes += RecordHeader.recordBytes(stored);
        if (before != null) {
            counters.liveBytes -= RecordHeader.recordBytes(entry.stored);
            before.live.decrementAndGet();
        }
        entry.segment = segment;
        entry.offset = offset;
        entry.stored = stored;
        segment.live.incrementAndGet();
    }

    /** Makes an item visible. Called with the lock. */
    void publish(Entry entry) {
        owner.publish(entry);
    }

    /** Makes an item visible, and retains its payload where memory has room. Called with the lock. */
    void publish(Entry entry, byte[] payload) {
        if (memory.hasRoomFor(payload.length)) {
            memory.add(entry, payload);
        }
        owner.publish(entry);
    }

    /** A batch was written, and synced where the durability says so. */
    private void durable(Batch batch) {
        lock.lock();
        try {
            batch.added.forEach(item -> publish(item.entry(), item.payload()));
        } finally {
            lock.unlock();
        }
    }

    /** Notes the delivery of an entry whose record is in the log. A full disk does not keep items from being delivered. */
    void delivered(Entry entry) {
        if (log != null) {
            try {
                log.append(RecordHeader.DELIVERED, entry.sequence, false);
            } catch (QueueException.Full notCounted) {
                // After a restart, its number of deliveries is too low.
            }
        }
    }

    /** Ends entries, see {@link Ending#end}. */
    void end(List<Entry> entries, boolean wait, Consumer<Entry> putBack) {
        ending.end(entries, wait, putBack);
    }

    /** Ends an entry whose record is damaged, see {@link Ending#lose}. */
    boolean lose(Entry entry) {
        return ending.lose(entry);
    }

    /** Removes an entry from the order. Called with the lock. */
    void remove(Entry entry) {
        owner.remove(entry);
    }

    /** Forgets an entry. Called with the lock. */
    void forget(Entry entry) {
        entry.state = Entry.State.ENDED;
        memory.remove(entry);
        counters.items--;
        if (entry.segment != null) {
            entry.segment.live.decrementAndGet();
            counters.liveBytes -= RecordHeader.recordBytes(entry.stored);
        }
        counters.payloadBytes -= entry.length;
    }

    long liveBytes() {
        return locked(() -> counters.liveBytes);
    }

    /** Returns the figures, which are guarded by the lock. */
    Counters counters() {
        return counters;
    }

    /** Returns the payloads in memory, which are guarded by the lock. */
    MemoryTier memory() {
        return memory;
    }

    /** Returns the payload of an entry, see {@link PayloadReader#payload}. */
    byte @Nullable [] payload(Entry entry, List<Entry> following) {
        return reader.payload(entry, following);
    }

    /** Returns the live entries whose record is in a segment. */
    List<Entry> entriesIn(Segment segment) {
        return locked(() -> {
            List<Entry> entries = new ArrayList<>();
            owner.entries().forEach(entry -> {
                if (entry.segment == segment) {
                    entries.add(entry);
                }
            });
            return entries;
        });
    }

    /** Replaces files that another program has deleted. Precedes other background work, which would fail without them. */
    void checkPlace() throws IOException {
        if (log != null) {
            log.checkNotFailed();
            Objects.requireNonNull(placeCheck).runIfDue();
        }
    }

    /** Writes what was appended, syncs it where the durability says so, and deletes or rewrites segments. */
    void maintain() throws IOException {
        if (log != null) {
            log.settle();
            Objects.requireNonNull(compaction).runIfDue();
        }
    }

    /** Rewrites all items, so that the files hold nothing else. */
    void compact() throws IOException {
        if (log != null) {
            Objects.requireNonNull(compaction).runForAll();
        }
    }

    /** Writes and syncs what was appended. */
    void sync() {
        if (log != null) {
            log.flush(true);
        }
    }

    /** Moves at least so many payloads out of memory, or all, and returns how many. */
    int flushToDisk(int most) {
        return log == null ? 0 : spill.flush(most, 0);
    }

    void limitMemory(int ofItems, long ofBytes) {
        update(() -> {
            memory.limit(ofItems, ofBytes);
        });
        spill.runIfDue();
    }

    /** Writes all items to disk, and closes the files. */
    @Override
    public void close() throws IOException {
        lock.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
        } finally {
            lock.unlock();
        }
        if (log != null) {
            try (log) {
                if (durability == Durability.NONE) {
                    spill.flush(Long.MAX_VALUE, Long.MAX_VALUE);
                }
            }
        }
    }

    /** Returns the state; the queue tells what it knows. */
    QueueStats stats(long leased, long delayed, @Nullable Entry oldest) {
        lock.lock();
        try {
            long millis = options.clock().currentTimeMillis();
            long memoryItems = memory.items();
            return new QueueStats(
                    counters.items,
                    leased,
                    delayed,
                    memoryItems,
                    memory.bytes(),
                    counters.items - memoryItems,
                    Math.max(0, counters.payloadBytes - memory.bytes()),
                    log == null ? 0 : log.bytes(),
                    Duration.ofMillis(oldest == null ? 0 : Math.max(0, millis - oldest.time)),
                    counters.added,
                    counters.delivered,
                    counters.acknowledged,
                    counters.expired,
                    counters.refused,
                    counters.overwritten,
                    counters.corrupt);
        } finally {
            lock.unlock();
        }
    }
}
