package io.xg2g.queue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import org.jspecify.annotations.Nullable;

/** Takes items out of a queue's schedule and reads them. Thread-safe. */
final class Delivering<T> {
    /** Capacity of a list for items, of which a caller may ask for many more than there are. */
    private static final int FIRST_CAPACITY = 1024;

    /** Time after which an item that could not be read from disk is tried again. Meanwhile those behind it are delivered. */
    private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(30);

    /**
     * An entry under lease.
     *
     * @param number how often it was delivered then
     * @param payload in memory; {@code null} where it has to be read
     * @param onDisk whether its record is in the log
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Taken(Entry entry, int number, byte @Nullable [] payload, boolean onDisk) {}

    private final HybridQueue<T> queue;
    private final QueueOptions options;
    private final Serializer<T> serializer;
    private final ItemStore store;

    /** Both guarded by the store's lock. */
    private final Schedule schedule;

    private final Condition ready;

    private final long leaseNanos;

    Delivering(
            HybridQueue<T> queue,
            QueueOptions options,
            Serializer<T> serializer,
            ItemStore store,
            Schedule schedule,
            Condition ready) {
        this.queue = queue;
        this.options = options;
        this.serializer = serializer;
        this.store = store;
        this.schedule = schedule;
        this.ready = ready;
        leaseNanos = options.lease().toNanos();
    }

    /** Begins the lease of the next entry; {@code null} if none is ready, or if it has expired. */
    @Nullable
    Taken leaseNext() {
        store.lock.lock();
        try {
            store.checkOpen();
            long now = options.clock().nanoTime();
            schedule.release(now);
            @Nullable Entry next = schedule.peek();
            if (next == null || next.isExpired(now)) {
                return null;
            }
            schedule.next();
            store.counters().delivered++;
            return begin(next, now);
        } finally {
            store.lock.unlock();
        }
    }

    /** Begins the lease of an entry. Called with the lock. */
    private Taken begin(Entry entry, long now) {
        entry.deliveries++;
        schedule.lease(entry, now + leaseNanos);
        return new Taken(entry, entry.deliveries, store.memory().take(entry), entry.segment != null);
    }

    /** Begins the leases of the next entries, and collects those that have expired. Called with the lock. */
    List<Taken> lease(int most, List<Entry> expired) {
        store.checkOpen();
        List<Taken> taken = new ArrayList<>(Math.min(most, FIRST_CAPACITY));
        long now = options.clock().nanoTime();
        schedule.release(now);
        for (Entry entry = schedule.next(); entry != null; entry = taken.size() < most ? schedule.next() : null) {
            if (entry.isExpired(now)) {
                entry.state = Entry.State.ENDING;
                expired.add(entry);
            } else {
                taken.add(begin(entry, now));
            }
        }
        store.counters().delivered += taken.size();
        return taken;
    }

    /**
     * Reads the item of an entry.
     *
     * @return its delivery; {@code null} if it is damaged, or if the serializer cannot read it
     * @throws QueueException if it cannot be read from disk
     */
    @Nullable
    Delivery<T> deliver(Taken taken) {
        byte @Nullable [] payload;
        try {
            payload = payload(taken, List.of(), true);
        } catch (RuntimeException failure) {
            release(taken.entry(), taken.number());
            throw failure;
        }
        return payload == null ? null : delivery(taken, payload);
    }

    /**
     * Returns the delivery of an item; {@code null} if the serializer cannot read it. It keeps its lease then, so that those behind it
     * are delivered, and is tried again when that ends.
     */
    private @Nullable Delivery<T> delivery(Taken taken, byte[] payload) {
        T item;
        try {
            item = serializer.fromBytes(payload);
        } catch (RuntimeException failure) {
            options.listener().unreadable(taken.entry().sequence, failure);
            return null;
        }
        return new Delivery<>(queue, taken.entry(), taken.number(), item);
    }

    /**
     * Returns the payload of an entry, and notes its delivery in the log.
     *
     * @param behind what is delivered next
     * @param counted whether this is a delivery, which the log notes, or a look at the item
     * @return {@code null} if it is damaged
     * @throws QueueException.Failed if it cannot be read from disk, and is tried again later, others before
     */
    private byte @Nullable [] payload(Taken taken, List<Taken> behind, boolean counted) {
        Entry entry = taken.entry();
        byte @Nullable [] payload = taken.payload();
        if (payload == null) {
            try {
                payload = store.payload(entry, followers(entry, behind));
            } catch (QueueException.Failed failure) {
                release(entry, taken.number(), RETRY_NANOS);
                throw failure;
            }
        }
        if (payload == null) {
            store.lose(entry);
        } else if (counted && taken.onDisk()) {
            // A record that is written later has the number of deliveries.
            store.delivered(entry);
        }
        return payload;
    }

    /**
     * Reads the items of entries.
     *
     * @param counted whether this is a delivery, which the log notes, or a look at the items
     * @return their deliveries without those that are damaged, and those that the serializer cannot read
     * @throws QueueException if none can be read from disk
     */
    List<Delivery<T>> deliver(List<Taken> taken, boolean counted) {
        List<Delivery<T>> deliveries = new ArrayList<>(taken.size());
        for (int i = 0; i < taken.size(); i++) {
            byte @Nullable [] payload;
            try {
                payload = payload(taken.get(i), taken.subList(i + 1, taken.size()), counted);
            } catch (RuntimeException failure) {
                taken.subList(i, taken.size()).forEach(it -> release(it.entry(), it.number()));
                if (deliveries.isEmpty()) {
                    throw failure;
                }
                return deliveries;
            }
            @Nullable Delivery<T> delivery = payload == null ? null : delivery(taken.get(i), payload);
            if (delivery != null) {
                deliveries.add(delivery);
            }
        }
        return deliveries;
    }

    /** Returns the entries that are delivered behind one, where that has to be read from disk. */
    private List<Entry> followers(Entry entry, List<Taken> behind) {
        store.lock.lock();
        try {
            if (entry.payload != null) {
                return List.of();
            }
            int most = Math.min(PayloadReader.readAtOnce(entry), store.memory().roomForItems());
            List<Entry> following = new ArrayList<>(Math.max(most, behind.size()));
            behind.forEach(it -> following.add(it.entry()));
            schedule.addFollowing(entry.level, most, following);
            return following;
        } finally {
            store.lock.unlock();
        }
    }

    /** Makes an entry ready again that was not delivered. */
    void release(Entry entry, int number) {
        release(entry, number, 0);
    }

    private void release(Entry entry, int number, long delayNanos) {
        store.update(() -> {
            if (!entry.isLeased(number)) {
                return;
            }
            entry.deliveries--;
            store.counters().delivered--;
            schedule.endLease(entry);
            if (delayNanos > 0) {
                schedule.delay(entry, options.clock().nanoTime() + delayNanos);
            } else {
                schedule.putBack(entry);
            }
            ready.signal();
        });
    }
}
