package io.xg2g.queue;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A work queue with priorities that keeps its items in memory, on disk, or both.
 *
 * <p>Items of a higher level are delivered before those of a lower one, and items of one level strictly in the order in which
 * they were added, wherever they are and across restarts. A delivered item is under lease: it has to be acknowledged, or it is
 * delivered again. What an operation that has returned guarantees is said by {@link Durability}. An item whose record turns out
 * to be damaged is lost alone, and reported. One that the serializer cannot read is reported and keeps its lease; those behind it are
 * delivered.
 *
 * <p>Leases, delays and times to live are measured by the monotonic clock. Across restarts, a time to live is measured by the
 * wall clock, but never longer than it was when the item was added; a lease or a delay ends with the process.
 *
 * <p>If another program deletes or replaces files of an open queue, that is found within a second: the queue continues in new files
 * with the items that can still be read, or refuses items while it cannot ({@link QueueListener}). What was done in between is not
 * durable before.
 *
 * <p>Thread-safe. All methods may block on I/O, and on a sync with {@link Durability#SYNC}; interrupts do not end them early,
 * except in {@link #take}. After a failed sync all methods but {@link #close}, {@link #stats} and {@link #recovery} throw
 * {@link QueueException.Failed}.
 *
 * @param <T> type of the items
 */
public final class HybridQueue<T> implements AutoCloseable {
    private final QueueOptions options;
    private final Serializer<T> serializer;
    private final ItemStore store;
    private final @Nullable BackgroundWork background;

    /** Both guarded by the store's lock. */
    private final Schedule schedule;

    private final Condition ready;

    private final Delivering<T> delivering;

    HybridQueue(QueueOptions options, Serializer<T> serializer, @Nullable Disk disk, boolean withBackground)
            throws IOException {
        this.options = options;
        this.serializer = serializer;
        schedule = new Schedule(options.bounds().levels());
        store = new ItemStore(options, disk, new ItemStore.Owner() {
            @Override
            public void publish(Entry entry) {
                HybridQueue.this.publish(entry);
            }

            @Override
            public Iterable<Entry> entries() {
                return schedule.all();
            }

            @Override
            public void remove(Entry entry) {
                schedule.removeAny(entry);
            }

            @Override
            public void failed() {
                ready.signalAll();
            }
        });
        ready = store.lock.newCondition();
        delivering = new Delivering<>(this, options, serializer, store, schedule, ready);
        store.publishRecovered();
        background = withBackground ? BackgroundWork.start(options, this::maintain) : null;
    }

    /**
     * Opens a queue, with the items that its directory holds.
     *
     * @throws IOException if the directory cannot be used, or another process or queue uses it
     * @throws QueueException.Failed if its files are of another version of the format
     */
    public static <T> HybridQueue<T> open(QueueOptions options, Serializer<T> serializer) throws IOException {
        return FileDisk.open(options, disk -> new HybridQueue<>(options, serializer, disk, true));
    }

    /** Returns what was found when the queue was opened. */
    public Recovery recovery() {
        return store.recovery();
    }

    /** Adds an item to the lowest level, see {@link #add(Object, int, Duration)}. */
    public void add(T item) {
        add(item, 0, null);
    }

    /** Adds an item, see {@link #add(Object, int, Duration)}. */
    public void add(T item, int level) {
        add(item, level, null);
    }

    /**
     * Adds an item behind all others of its level.
     *
     * @param level 0 to the number of levels − 1; higher ones are delivered first
     * @param ttl time after which it is dropped unless it is under lease, 1 ms to 36,500 days; {@code null} for ever
     * @throws QueueException.Full if it does not fit
     * @throws QueueException.Failed if it could not be written; it may be found after a restart nevertheless
     */
    public void add(T item, int level, @Nullable Duration ttl) {
        if (level < 0 || level >= options.bounds().levels()) {
            throw new IllegalArgumentException("queue " + options.name() + ": level has to be 0 to "
                    + (options.bounds().levels() - 1) + ", not " + level);
        }
        options.checkDuration("time to live", ttl);
        store.add(serializer.toBytes(item), level, ttl);
    }

    /** An entry becomes visible. Called with the lock. */
    private void publish(Entry entry) {
        schedule.add(entry);
        ready.signal();
    }

    /** Delivers the next item; empty if none is ready. */
    public Optional<Delivery<T>> poll() {
        Delivering.@Nullable Taken next = delivering.leaseNext();
        @Nullable Delivery<T> delivery = next == null ? null : delivering.deliver(next);
        // There is none, it has expired, or it cannot be read.
        return delivery == null ? poll(1).stream().findFirst() : Optional.of(delivery);
    }

    /**
     * Delivers the next items.
     *
     * @param most at least 1
     * @return at most so many, in their order; empty if none is ready
     */
    public List<Delivery<T>> poll(int most) {
        return poll(most, true);
    }

    private List<Delivery<T>> poll(int most, boolean counted) {
        options.checkNumber("number of items", most, 1);
        while (true) {
            List<Entry> expired = new ArrayList<>();
            List<Delivering.Taken> taken;
            store.lock.lock();
            try {
                taken = delivering.lease(most, expired);
            } finally {
                store.lock.unlock();
            }
            try {
                expire(expired);
            } catch (QueueException failure) {
                if (taken.isEmpty()) {
                    throw failure;
                }
            }
            List<Delivery<T>> deliveries = delivering.deliver(taken, counted);
            if (!deliveries.isEmpty() || taken.isEmpty()) {
                return deliveries;
            }
        }
    }

    /** Ends entries that have expired; where that cannot be written, they wait for the next time. */
    private void expire(List<Entry> expired) {
        if (expired.isEmpty()) {
            return;
        }
        store.end(expired, false, schedule::putBack);
        store.locked(() -> store.counters().expired += expired.size());
    }

    /**
     * Waits for the next item.
     *
     * @param timeout longest time to wait
     * @return empty after that time
     */
    public Optional<Delivery<T>> take(Duration timeout) throws InterruptedException {
        long deadline = options.clock().nanoTime() + TimeUnit.NANOSECONDS.convert(timeout);
        while (true) {
            Optional<Delivery<T>> delivery = poll();
            if (delivery.isPresent()) {
                return delivery;
            }
            store.lock.lock();
            try {
                store.checkOpen();
                long now = options.clock().nanoTime();
                if (deadline - now <= 0) {
                    return Optional.empty();
                }
                if (schedule.peek() == null) {
                    long wait = schedule.untilRelease(now, deadline - now);
                    if (wait > 0) {
                        ready.awaitNanos(wait);
                    }
                }
            } finally {
                store.lock.unlock();
            }
        }
    }

    /** Returns the next item without delivering it; empty if none is ready. Meanwhile it is not delivered to others. */
    public Optional<T> peek() {
        List<Delivery<T>> next = poll(1, false);
        next.forEach(delivery -> delivering.release(delivery.entry(), delivery.number()));
        return next.stream().map(Delivery::item).findFirst();
    }

    /**
     * Acknowledges several deliveries with one sync.
     *
     * @return how many of them were current, see {@link Delivery#acknowledge}
     * @throws QueueException if it could not be written; their leases begin again
     */
    public int acknowledge(Collection<Delivery<T>> deliveries) {
        List<Entry> onDisk = new ArrayList<>(deliveries.size());
        int ended = 0;
        store.lock.lock();
        try {
            store.checkOpen();
            for (Delivery<T> delivery : deliveries) {
                if (delivery.isCurrent()) {
                    if (beginEnd(delivery.entry())) {
                        ended++;
                    } else {
                        onDisk.add(delivery.entry());
                    }
                }
            }
        } finally {
            store.lock.unlock();
        }
        return ended + acknowledgeOnDisk(onDisk);
    }

    /** Acknowledges one delivery, see {@link Delivery#acknowledge}. */
    boolean acknowledge(Lease<T> delivery) {
        Entry entry = delivery.entry();
        store.lock.lock();
        try {
            store.checkOpen();
            if (!delivery.isCurrent()) {
                return false;
            }
            if (beginEnd(entry)) {
                return true;
            }
        } finally {
            store.lock.unlock();
        }
        return acknowledgeOnDisk(List.of(entry)) == 1;
    }

    /** Ends a lease, and its entry if nothing is to be written for that; returns whether it has ended. Called with the lock. */
    private boolean beginEnd(Entry entry) {
        schedule.endLease(entry);
        if (entry.segment == null) {
            store.forget(entry);
            store.counters().acknowledged++;
            return true;
        }
        entry.state = Entry.State.ENDING;
        return false;
    }

    private int acknowledgeOnDisk(List<Entry> ending) {
        if (ending.isEmpty()) {
            return 0;
        }
        store.end(ending, true, this::lease);
        store.locked(() -> store.counters().acknowledged += ending.size());
        return ending.size();
    }

    boolean putBack(Lease<T> delivery, Duration delay) {
        if (!delay.isZero()) {
            options.checkDuration("delay", delay);
        }
        return whileLeased(delivery, entry -> {
            if (delay.isZero()) {
                schedule.putBack(entry);
            } else {
                schedule.delay(entry, options.clock().nanoTime() + delay.toNanos());
            }
            ready.signal();
        });
    }

    boolean extend(Lease<T> delivery) {
        return whileLeased(delivery, this::lease);
    }

    /** Begins a lease. Called with the lock. */
    private void lease(Entry entry) {
        schedule.lease(entry, options.clock().nanoTime() + options.lease().toNanos());
    }

    /** Ends the lease of a delivery, and does something else with its entry; returns false if the lease has ended before. */
    private boolean whileLeased(Lease<T> delivery, Consumer<Entry> next) {
        return store.locked(() -> {
            store.checkOpen();
            boolean current = delivery.isCurrent();
            if (current) {
                schedule.endLease(delivery.entry());
                next.accept(delivery.entry());
            }
            return current;
        });
    }

    /** One pass of the background work. */
    void maintain() throws IOException {
        store.update(() -> {
            if (schedule.release(options.clock().nanoTime())) {
                ready.signalAll();
            }
        });
        store.checkPlace();
        expireAll();
        store.maintain();
    }

    private void expireAll() {
        List<Entry> expired = store.locked(() -> {
            List<Entry> ended = schedule.removeExpired(options.clock().nanoTime());
            ended.forEach(entry -> entry.state = Entry.State.ENDING);
            return ended;
        });
        expire(expired);
    }

    /** Returns the state. */
    public QueueStats stats() {
        return store.locked(() -> store.stats(schedule.leased(), schedule.delayed(), schedule.oldest()));
    }

    /**
     * Moves payloads from memory to disk, by the {@linkplain Overflow policy}.
     *
     * @param most number of payloads, at least 1
     * @return how many were moved; 0 without a directory
     * @throws QueueException.Full if the disk is full
     */
    public int flushToDisk(int most) {
        options.checkNumber("number of payloads", most, 1);
        return store.flushToDisk(most);
    }

    /** Moves all payloads from memory to disk. */
    public void shrink() {
        store.flushToDisk(Integer.MAX_VALUE);
    }

    /** Changes the bounds in memory; payloads beyond them move to disk. */
    public void setMemoryLimit(int items, long bytes) {
        store.limitMemory(items, bytes);
    }

    /** Writes and syncs what was done so far. With {@link Durability#NONE}, items that are only in memory stay there. */
    public void sync() {
        store.sync();
    }

    /** Rewrites the files, so that they hold nothing but the items. */
    public void compact() throws IOException {
        store.compact();
    }

    /**
     * Writes all items to disk, and closes the files. Whoever waits in {@link #take} gets {@link QueueException.Closed}.
     *
     * @throws QueueException if not all could be written; the queue is closed, and what had not been durable may be lost
     */
    @Override
    public void close() throws IOException {
        if (background != null) {
            background.close();
        }
        try {
            store.close();
        } finally {
            store.update(() -> {
                ready.signalAll();
            });
        }
    }
}
