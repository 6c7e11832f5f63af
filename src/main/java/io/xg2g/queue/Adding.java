package io.xg2g.queue;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Adds items: to memory, or to the log first where the durability says so. Thread-safe. */
final class Adding {
    private final ItemStore store;
    private final QueueOptions options;
    private final Durability durability;
    private final @Nullable SegmentLog log;
    private final Compressor compressor;
    private final Spill spill;
    private final AtomicLong nextSequence;

    Adding(
            ItemStore store,
            QueueOptions options,
            Durability durability,
            @Nullable SegmentLog log,
            Compressor compressor,
            Spill spill,
            AtomicLong nextSequence) {
        this.store = store;
        this.options = options;
        this.durability = durability;
        this.log = log;
        this.compressor = compressor;
        this.spill = spill;
        this.nextSequence = nextSequence;
    }

    /**
     * Adds an item.
     *
     * @param ttl time to live; {@code null} for ever
     * @throws QueueException.Full if it does not fit
     */
    Entry add(byte[] payload, int level, @Nullable Duration ttl) {
        try {
            checkLength(payload.length);
            Entry entry =
                    durability == Durability.NONE ? addToMemory(payload, level, ttl) : addToLog(payload, level, ttl);
            spill.runIfDue();
            return entry;
        } catch (QueueException.Full | QueueException.Failed failure) {
            store.locked(() -> store.counters().refused++);
            throw failure;
        }
    }

    /** Throws if a payload does not even fit into the empty queue. */
    void checkLength(int length) {
        QueueOptions.Storage files = options.storage();
        long most = options.bounds().itemBytes();
        if (files == null) {
            most = Math.min(most, store.locked(() -> store.memory().limits().bytes()));
        } else {
            most = Math.min(most, files.bytes() - files.segmentBytes() - SegmentHeader.BYTES - 2L * RecordHeader.BYTES);
        }
        if (length > most) {
            throw full("an item has " + length + " bytes, and may have " + most);
        }
    }

    private Entry addToMemory(byte[] payload, int level, @Nullable Duration ttl) {
        if (log != null) {
            spill.makeRoomFor(payload.length);
        }
        return store.locked(() -> {
            MemoryTier memory = store.memory();
            if (log == null && !memory.hasRoomFor(payload.length)) {
                throw full("memory has " + memory.items() + " items of " + memory.bytes() + " bytes, and may have "
                        + memory.limits().items() + " of " + memory.limits().bytes());
            }
            Entry entry = newEntry(payload, level, ttl);
            memory.add(entry, payload);
            store.publish(entry);
            return entry;
        });
    }

    private Entry addToLog(byte[] payload, int level, @Nullable Duration ttl) {
        SegmentLog files = Objects.requireNonNull(log);
        byte[] stored = compressor.compress(payload);
        NewItem item = new NewItem(payload, stored, level, ttl);
        try {
            Batch batch = Objects.requireNonNull(files.append(stored, true, item));
            if (durability == Durability.SYNC) {
                files.await(batch);
            }
            return item.entry();
        } catch (QueueException failure) {
            item.takeBack();
            throw failure;
        }
    }

    /** The record of a new item. */
    private final class NewItem implements RecordSource {
        private final byte[] payload;
        private final byte[] stored;
        private final int crc;
        private final int level;
        private final @Nullable Duration ttl;
        private @Nullable Entry entry;

        private NewItem(byte[] payload, byte[] stored, int level, @Nullable Duration ttl) {
            this.payload = payload;
            this.stored = stored;
            crc = RecordHeader.crc(stored, 0, stored.length);
            this.level = level;
            this.ttl = ttl;
        }

        private Entry entry() {
            return Objects.requireNonNull(entry);
        }

        @Override
        public RecordHeader header(Batch batch, long offset) {
            return store.locked(() -> {
                entry = newEntry(payload, level, ttl);
                return RecordHeader.of(entry(), stored, crc);
            });
        }

        @Override
        public void appended(Batch batch, long offset) {
            store.update(() -> {
                store.place(entry(), batch.segment, offset, stored.length);
                if (durability == Durability.SYNC) {
                    batch.added.add(new Batch.Added(entry(), payload));
                    Objects.requireNonNull(log).willWait(batch);
                } else {
                    store.publish(entry(), payload);
                }
            });
        }

        /** The record was not written. */
        private void takeBack() {
            store.update(() -> {
                if (entry != null) {
                    store.counters().added--;
                    store.forget(entry);
                }
            });
        }
    }

    /** Makes the entry of a new item. Called with the lock. */
    private Entry newEntry(byte[] payload, int level, @Nullable Duration ttl) {
        store.checkOpen();
        Counters counters = store.counters();
        if (counters.items >= options.bounds().items()) {
            throw full("it has " + counters.items + " items, and may have no more");
        }
        long millis = options.clock().currentTimeMillis();
        counters.items++;
        counters.added++;
        counters.payloadBytes += payload.length;
        return new Entry(
                nextSequence.getAndIncrement(),
                level,
                payload.length,
                millis,
                ttl == null ? 0 : millis + ttl.toMillis(),
                ttl == null ? 0 : options.clock().nanoTime() + ttl.toNanos());
    }

    private QueueException.Full full(String why) {
        return new QueueException.Full("queue " + options.name() + " is full: " + why);
    }
}
