package io.xg2g.queue;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Moves payloads from memory to disk. Those that are in the log already are only dropped. Thread-safe. */
final class Spill {
    /** Share of the bounds that is freed at once, so that many items are written together. */
    private static final int SHARE = 16;

    private final ItemStore store;
    private final MemoryTier memory;
    private final @Nullable SegmentLog log;
    private final Compressor compressor;
    private final QueueOptions options;

    /** Held while payloads move. Taken before the log's locks. */
    private final ReentrantLock moving = new ReentrantLock();

    /** Whether the ratio was passed and its listener told. Guarded by the queue's lock. */
    private boolean pressed;

    Spill(ItemStore store, @Nullable SegmentLog log, Compressor compressor, QueueOptions options) {
        this.store = store;
        memory = store.memory();
        this.log = log;
        this.compressor = compressor;
        this.options = options;
    }

    /** Moves payloads where memory is filled to the ratio; a full disk is left to {@link #makeRoomFor}. */
    void runIfDue() {
        boolean due;
        boolean tell;
        int items;
        long bytes;
        store.lock.lock();
        try {
            items = memory.items();
            bytes = memory.bytes();
            due = memory.isOverRatio();
            tell = due && !pressed;
            pressed = due;
        } finally {
            store.lock.unlock();
        }
        if (tell) {
            options.listener().memoryPressure(items, bytes);
        }
        if (due && log != null && moving.tryLock()) {
            try {
                moveExcess();
            } catch (QueueException noRoom) {
                // Whoever needs the room learns of it.
            } finally {
                moving.unlock();
            }
        }
    }

    /**
     * Moves payloads where one more does not fit.
     *
     * @throws QueueException if the disk is full
     */
    void makeRoomFor(int length) {
        if (hasRoomFor(length)) {
            return;
        }
        moving.lock();
        try {
            if (!hasRoomFor(length)) {
                moveExcess();
            }
        } finally {
            moving.unlock();
        }
    }

    private boolean hasRoomFor(int length) {
        return store.locked(() -> memory.hasRoomFor(length));
    }

    private void moveExcess() {
        QueueOptions.Memory limits;
        long items;
        long bytes;
        store.lock.lock();
        try {
            limits = memory.limits();
            items = memory.items();
            bytes = memory.bytes();
        } finally {
            store.lock.unlock();
        }
        move(
                items - (long) (limits.items() * limits.ratio()) + limits.items() / SHARE,
                bytes - (long) (limits.bytes() * limits.ratio()) + limits.bytes() / SHARE);
    }

    /**
     * Moves at least so many items and bytes, or all.
     *
     * @return how many payloads left memory
     * @throws QueueException if the disk is full; those before were moved
     */
    int flush(long items, long bytes) {
        moving.lock();
        try {
            return move(items, bytes);
        } finally {
            moving.unlock();
        }
    }

    private int move(long items, long bytes) {
        List<MemoryTier.Payload> victims = store.locked(() -> memory.victims(Math.max(items, 0), Math.max(bytes, 0)));
        try {
            victims.forEach(victim -> append(victim.entry, victim.bytes));
        } finally {
            drop(victims);
        }
        return victims.size();
    }

    /** Appends the record of an entry that is only in memory; nothing if it ends, or is in the log already. */
    private void append(Entry entry, byte[] payload) {
        if (store.locked(() -> entry.segment != null)) {
            return;
        }
        byte[] stored = compressor.compress(payload);
        int crc = RecordHeader.crc(stored, 0, stored.length);
        Objects.requireNonNull(log)
                .append(
                        stored,
                        true,
                        (batch, offset) -> store.locked(() -> {
                            if (entry.isEnding() || entry.segment != null) {
                                return null;
                            }
                            store.place(entry, batch.segment, offset, stored.length);
                            return RecordHeader.of(entry, stored, crc);
                        }));
    }

    /** Drops the payloads whose records are in the files. */
    private void drop(List<MemoryTier.Payload> victims) {
        List<Entry> moved = store.locked(() -> victims.stream()
                .map(victim -> victim.entry)
                .filter(entry -> entry.segment != null)
                .toList());
        boolean written = store.locked(() -> moved.stream().allMatch(Entry::isWritten));
        if (!written) {
            Objects.requireNonNull(log).flush(false);
        }
        store.update(() -> {
            moved.stream().filter(Entry::isWritten).forEach(memory::remove);
        });
    }
}
