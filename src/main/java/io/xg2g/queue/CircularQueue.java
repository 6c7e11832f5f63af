package io.xg2g.queue;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The most recent items, in memory, on disk, or both: when there are more than its bounds allow, the oldest go. Items are read
 * without being removed.
 *
 * <p>Thread-safe. Methods may block on I/O as those of {@link HybridQueue}, and fail alike.
 *
 * @param <T> type of the items
 */
public final class CircularQueue<T> implements AutoCloseable {
    /** Share of the items that goes at once when the files are full. */
    private static final int SHARE = 8;

    /**
     * An item.
     *
     * @param sequence from 1; a later item has a higher one, also after a restart
     * @param addedAt by the wall clock
     */
    public record Item<T>(long sequence, Instant addedAt, T value) {}

    private final QueueOptions options;
    private final Serializer<T> serializer;
    private final ItemStore store;
    private final @Nullable BackgroundWork background;

    /** By sequence. Guarded by the store's lock. */
    private final TreeMap<Long, Entry> entries = new TreeMap<>();

    CircularQueue(QueueOptions options, Serializer<T> serializer, @Nullable Disk disk, boolean withBackground)
            throws IOException {
        this.options = options;
        this.serializer = serializer;
        store = new ItemStore(options, disk, new ItemStore.Owner() {
            @Override
            public void publish(Entry entry) {
                entry.state = Entry.State.READY;
                entries.put(entry.sequence, entry);
            }

            @Override
            public Iterable<Entry> entries() {
                return entries.values();
            }
        });
        store.publishRecovered();
        overwrite(options.bounds().items());
        background = withBackground ? BackgroundWork.start(options, this::maintain) : null;
    }

    /** Opens a queue as {@link HybridQueue#open}. */
    public static <T> CircularQueue<T> open(QueueOptions options, Serializer<T> serializer) throws IOException {
        @Nullable Disk disk = FileDisk.of(options.storage());
        try {
            return new CircularQueue<>(options, serializer, disk, true);
        } catch (IOException | RuntimeException unusable) {
            if (disk != null) {
                disk.close();
            }
            throw unusable;
        }
    }

    /** Returns what was found when the queue was opened. */
    public Recovery recovery() {
        return store.recovery();
    }

    /**
     * Adds an item; the oldest go if there is no room.
     *
     * @param ttl time after which it goes, at least 1 ms; {@code null} for ever
     * @return its sequence
     * @throws QueueException.Full if it does not fit into the empty queue, or the file system is full
     */
    public long add(T item, @Nullable Duration ttl) {
        if (ttl != null && ttl.toMillis() < 1) {
            throw new IllegalArgumentException(
                    "queue " + options.name() + ": time to live has to be at least 1 ms, not " + ttl);
        }
        byte[] payload = serializer.toBytes(item);
        while (true) {
            overwrite(options.bounds().items() - 1);
            try {
                return store.add(payload, 0, ttl).sequence;
            } catch (QueueException.Full full) {
                int left = store.locked(entries::size);
                if (left == 0) {
                    throw full;
                }
                overwrite(left - Math.max(1, left / SHARE));
                trim();
            }
        }
    }

    /** Removes the oldest items beyond a number. */
    private void overwrite(int most) {
        store.locked(() -> {
            while (entries.size() > most) {
                store.forget(entries.pollFirstEntry().getValue());
                store.counters().overwritten++;
            }
            return null;
        });
    }

    private void trim() {
        try {
            store.maintain();
        } catch (IOException failure) {
            throw DiskErrors.of(options.name(), "shorten", failure);
        }
    }

    /** Returns the latest items, the oldest of them first. */
    public List<Item<T>> last(int most) {
        List<Entry> latest = store.locked(() -> {
            store.checkOpen();
            return entries.descendingMap().values().stream()
                    .limit(most)
                    .toList()
                    .reversed();
        });
        return items(latest);
    }

    /** Returns the oldest item; empty if there is none. */
    public Optional<Item<T>> peek() {
        return since(0, 1).stream().findFirst();
    }

    /** Returns items in their order, from the first behind a sequence on. */
    public List<Item<T>> since(long sequence, int most) {
        List<Entry> next = store.locked(() -> {
            store.checkOpen();
            return entries.tailMap(sequence, false).values().stream()
                    .limit(most)
                    .toList();
        });
        return items(next);
    }

    private List<Item<T>> items(List<Entry> wanted) {
        List<Item<T>> items = new ArrayList<>(wanted.size());
        long now = options.clock().nanoTime();
        for (int i = 0; i < wanted.size(); i++) {
            Entry entry = wanted.get(i);
            byte @Nullable [] payload = entry.isExpired(now) ? null : read(entry, wanted.subList(i + 1, wanted.size()));
            if (payload != null) {
                items.add(new Item<>(entry.sequence, Instant.ofEpochMilli(entry.time), serializer.fromBytes(payload)));
            }
        }
        return items;
    }

    /** Reads a payload; {@code null} if the item went meanwhile, or is damaged. */
    private byte @Nullable [] read(Entry entry, List<Entry> following) {
        try {
            byte @Nullable [] payload = store.payload(entry, following);
            if (payload == null) {
                remove(List.of(entry));
            }
            return payload;
        } catch (QueueException.Failed failure) {
            if (store.locked(entry::isEnding)) {
                return null;
            }
            throw failure;
        }
    }

    /**
     * Removes the items that match.
     *
     * @return how many
     */
    public int removeIf(Predicate<? super T> condition) {
        List<Entry> all = store.locked(() -> List.copyOf(entries.values()));
        List<Entry> matching = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            byte @Nullable [] payload = read(all.get(i), all.subList(i + 1, all.size()));
            if (payload != null && condition.test(serializer.fromBytes(payload))) {
                matching.add(all.get(i));
            }
        }
        return remove(matching);
    }

    private int remove(List<Entry> unwanted) {
        List<Entry> removed = store.locked(() -> unwanted.stream()
                .filter(entry -> entries.remove(entry.sequence, entry))
                .peek(entry -> entry.state = Entry.State.ENDING)
                .toList());
        store.end(removed, true);
        return removed.size();
    }

    /** One pass of the background work. */
    void maintain() throws IOException {
        long now = options.clock().nanoTime();
        List<Entry> expired = store.locked(() -> {
            List<Entry> ended = new ArrayList<>();
            for (Iterator<Entry> all = entries.values().iterator(); all.hasNext(); ) {
                Entry entry = all.next();
                if (entry.isExpired(now)) {
                    entry.state = Entry.State.ENDING;
                    ended.add(entry);
                    all.remove();
                }
            }
            store.counters().expired += ended.size();
            return ended;
        });
        store.end(expired, false);
        store.maintain();
    }

    /** Returns the state. */
    public QueueStats stats() {
        return store.locked(() -> store.stats(
                0, 0, entries.isEmpty() ? null : entries.firstEntry().getValue()));
    }

    /** Writes and syncs what was added so far. */
    public void sync() {
        store.sync();
    }

    /** Writes all items to disk, and closes the files. */
    @Override
    public void close() throws IOException {
        if (background != null) {
            background.close();
        }
        store.close();
    }
}
