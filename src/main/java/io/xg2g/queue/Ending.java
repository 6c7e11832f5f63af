package io.xg2g.queue;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Ends entries: acknowledged, expired, removed and lost ones. Thread-safe. */
final class Ending {
    private final ItemStore store;
    private final Durability durability;
    private final @Nullable SegmentLog log;

    Ending(ItemStore store, Durability durability, @Nullable SegmentLog log) {
        this.store = store;
        this.durability = durability;
        this.log = log;
    }

    /**
     * Ends entries whose state is {@link Entry.State#ENDING}.
     *
     * @param wait whether to return after their end is durable, with {@link Durability#SYNC}
     * @param putBack takes back each entry whose end could not be written; called with the lock
     * @throws QueueException if the end of some could not be written
     */
    void end(List<Entry> entries, boolean wait, Consumer<Entry> putBack) {
        try {
            write(entries, wait && durability == Durability.SYNC);
        } catch (QueueException failure) {
            forEnding(entries, putBack);
            throw failure;
        }
        forEnding(entries, store::forget);
    }

    private void forEnding(List<Entry> entries, Consumer<Entry> action) {
        store.lock.lock();
        try {
            for (Entry entry : entries) {
                if (entry.state == Entry.State.ENDING) {
                    action.accept(entry);
                }
            }
        } finally {
            store.lock.unlock();
        }
    }

    private void write(List<Entry> entries, boolean waits) {
        List<Batch> batches = new ArrayList<>(1);
        for (Entry entry : entries) {
            if (isOnDisk(entry)) {
                Batch batch = Objects.requireNonNull(log).append(RecordHeader.ACKNOWLEDGED, entry.sequence, waits);
                if (batches.isEmpty() || batches.getLast() != batch) {
                    batches.add(batch);
                }
            }
        }
        if (waits) {
            batches.forEach(Objects.requireNonNull(log)::await);
        }
    }

    /** Returns whether the end of an entry has to be written; forgets it otherwise. */
    private boolean isOnDisk(Entry entry) {
        store.lock.lock();
        try {
            if (entry.segment == null) {
                store.forget(entry);
            }
            return entry.segment != null;
        } finally {
            store.lock.unlock();
        }
    }

    /**
     * Ends an entry whose record is damaged, even if that cannot be written.
     *
     * @return false if it had ended before
     */
    boolean lose(Entry entry) {
        boolean ends = store.locked(() -> {
            boolean live = !entry.isEnding();
            if (live) {
                store.remove(entry);
                entry.state = Entry.State.ENDING;
            }
            return live;
        });
        if (ends) {
            try {
                end(List.of(entry), false, store::forget);
            } catch (QueueException foundAgain) {
                // After a restart.
            }
        }
        return ends;
    }
}
