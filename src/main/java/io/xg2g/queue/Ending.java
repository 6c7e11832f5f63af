package io.xg2g.queue;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Ends entries: acknowledged, expired, removed and lost ones. Thread-safe. */
final class Ending {
    private static final byte[] NO_PAYLOAD = {};

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
        store.update(() -> {
            entries.stream().filter(entry -> entry.state == Entry.State.ENDING).forEach(action);
        });
    }

    private void write(List<Entry> entries, boolean waits) {
        @Nullable Batch last = null;
        List<Batch> batches = new ArrayList<>();
        for (Entry entry : entries) {
            boolean written = store.locked(() -> {
                if (entry.segment == null) {
                    store.forget(entry);
                }
                return entry.segment != null;
            });
            if (written) {
                Batch batch = append(entry.sequence, waits);
                if (batch != last) {
                    batches.add(batch);
                    last = batch;
                }
            }
        }
        if (waits) {
            batches.forEach(log()::await);
        }
    }

    private SegmentLog log() {
        return Objects.requireNonNull(log);
    }

    private Batch append(long sequence, boolean waits) {
        return Objects.requireNonNull(log().append(NO_PAYLOAD, false, new RecordSource() {
            @Override
            public RecordHeader header(Batch batch, long offset) {
                return RecordHeader.of(RecordHeader.ACKNOWLEDGED, sequence);
            }

            @Override
            public void appended(Batch batch, long offset) {
                if (waits) {
                    log().willWait(batch);
                }
            }
        }));
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
