package io.xg2g.queue;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
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
                CircularQueue.this.publish(entry);
            }

            @Override
            public Iterable<Entry> entries() {
                return entries.values();
            }

            @Override
            public void remove(Entry entry) {
                entries.remove(entry.sequence, entry);
            }

            @Override
            public void failed() {
                // Nobody waits.
            }
        });
        store.publishRecovered();
        try {
            overwrite(options.bounds().items());
        } catch (QueueException.Full later) {
            // They go when an item is added.
        }
        background = withBackground ? BackgroundWork.start(options, this::maintain) : null;
    }

    /** Opens a queue as {@link HybridQueue#open}. */
    public static <T> CircularQueue<T> open(QueueOptions options, Serializer<T> serializer) throws IOException {
        return FileDisk.open(options, disk -> new CircularQueue<>(options, serializer, disk, true));
    }

    /** Returns what was found when the queue was opened. */
    public Recovery recovery() {
        return store.recovery();
    }

    /**
     * Adds an item; the oldest go if there is no room.
     *
     * @param ttl time after which it goes, 1 ms to 36,500 days; {@code null} for ever
     * @return its sequence
     * @throws QueueException.Full if it does not fit into the empty queue, or the file system is full; then one item went at most
     */
    public long add(T item, @Nullable Duration ttl) {
        options.checkDuration("time to live", ttl);
        byte[] payload = serializer.toBytes(item);
        store.checkLength(payload.length);
        for (boolean rewritten = false; ; ) {
            overwrite(options.bounds().items() - 1);
            try {
                return store.add(payload, 0, ttl).sequence;
            } catch (QueueException.Full full) {
                boolean isEmpty = store.locked(entries::isEmpty);
                if (full.isOfFileSystem() || (isEmpty && rewritten)) {
                    throw full;
                }
                rewritten = isEmpty;
                makeRoom(isEmpty);
            }
        }
    }

    /** Ends the oldest items beyond a number; those being added count. */
    private void overwrite(int most) {
        List<Entry> oldest = store.locked(() -> {
            store.checkOpen();
            return entries.values().stream()
                    .limit(Math.max(0, store.counters().items - most))
                    .toList();
        });
        int overwritten = remove(oldest, false);
        store.locked(() -> store.counters().overwritten += overwritten);
    }

    /** Makes room where the queue, or its part of the disk, is full. */
    private void makeRoom(boolean isEmpty) {
        int items = store.locked(() -> store.counters().items);
        if (items < options.bounds().items()) {
            overwrite(items - Math.max(1, items / SHARE));
        }
        try {
            if (isEmpty) {
                store.compact();
            } else {
                store.maintain();
            }
        } catch (IOException failure) {
            throw DiskErrors.of(options.name(), "shorten", failure);
        }
    }

    /** Returns the latest items, the oldest of them first; fewer where some are damaged, or the serializer cannot read them. */
    public List<Item<T>> last(int most) {
        options.checkNumber("number of items", most, 1);
        return items(
                live(most, store.locked(() -> entries.descendingMap().values())).reversed());
    }

    /** Returns the oldest item; empty if there is none. */
    public Optional<Item<T>> peek() {
        return since(0, 1).stream().findFirst();
    }

    /** Returns items in their order, from the first behind a sequence on; fewer only where there are no more. */
    public List<Item<T>> since(long sequence, int most) {
        options.checkNumber("number of items", most, 1);
        List<Item<T>> items = new ArrayList<>();
        long behind = sequence;
        while (items.size() < most) {
            long from = behind;
            List<Entry> next = live(
                    most - items.size(),
                    store.locked(() -> entries.tailMap(from, false).values()));
            if (next.isEmpty()) {
                break;
            }
            items.addAll(items(next));
            behind = next.getLast().sequence;
        }
        return items;
    }

    /** Returns the first entries of a view whose time to live has not ended. */
    private List<Entry> live(int most, Collection<Entry> view) {
        long now = options.clock().nanoTime();
        return store.locked(() -> {
            store.checkOpen();
            return view.stream()
                    .filter(entry -> !entry.isExpired(now))
                    .limit(most)
                    .toList();
        });
    }

    private List<Item<T>> items(List<Entry> wanted) {
        List<Item<T>> items = new ArrayList<>(wanted.size());
        for (int i = 0; i < wanted.size(); i++) {
            Entry entry = wanted.get(i);
            @Nullable T item = read(entry, wanted.subList(i + 1, wanted.size()));
            if (item != null) {
                items.add(new Item<>(entry.sequence, Instant.ofEpochMilli(entry.time), item));
            }
        }
        return items;
    }

    /** Reads an item; {@code null} if it went meanwhile, is damaged, or the serializer cannot read it. */
    private @Nullable T read(Entry entry, List<Entry> following) {
        byte @Nullable [] payload;
        try {
            payload = store.payload(entry, following);
        } catch (QueueException.Failed failure) {
            if (store.locked(entry::isEnding)) {
                return null;
            }
            throw failure;
        }
        if (payload == null) {
            store.lose(entry);
            return null;
        }
        try {
            return serializer.fromBytes(payload);
        } catch (RuntimeException failure) {
            options.listener().unreadable(entry.sequence, failure);
            return null;
        }
    }

    /**
     * Removes the items that match.
     *
     * @return how many
     */
    public int removeIf(Predicate<? super T> condition) {
        List<Entry> all = live(Integer.MAX_VALUE, store.locked(entries::values));
        List<Entry> matching = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            @Nullable T item = read(all.get(i), all.subList(i + 1, all.size()));
            if (item != null && condition.test(item)) {
                matching.add(all.get(i));
            }
        }
        return remove(matching, true);
    }

    /** Ends entries that are still there; where that cannot be written, they stay. */
    private int remove(List<Entry> unwanted, boolean wait) {
        List<Entry> removed = store.locked(() -> unwanted.stream()
                .filter(entry -> entries.remove(entry.sequence, entry))
                .peek(entry -> entry.state = Entry.State.ENDING)
                .toList());
        store.end(removed, wait, this::publish);
        return removed.size();
    }

    private void publish(Entry entry) {
        entry.state = Entry.State.READY;
        entries.put(entry.sequence, entry);
    }

    /** One pass of the background work. */
    void maintain() throws IOException {
        store.checkPlace();
        long now = options.clock().nanoTime();
        int expired = remove(
                store.locked(() -> entries.values().stream()
                        .filter(entry -> entry.isExpired(now))
                        .toList()),
                false);
        store.locked(() -> store.counters().expired += expired);
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
