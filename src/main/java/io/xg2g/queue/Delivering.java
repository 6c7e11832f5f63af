package io.xg2g.queue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import org.jspecify.annotations.Nullable;

/** Takes items out of a queue's schedule and reads them. Thread-safe. */
final class Delivering<T> {
    /** Items that are read from disk together, at most. */
    private static final int READ_AHEAD = 1024;

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
    }

    /** Begins the leases of the next entries, and collects those that have expired. Called with the lock. */
    List<Taken> lease(int most, List<Entry> expired) {
        store.checkOpen();
        List<Taken> taken = new ArrayList<>(Math.min(most, READ_AHEAD));
        long now = options.clock().nanoTime();
        schedule.release(now);
        for (Entry entry = schedule.next(); entry != null; entry = taken.size() < most ? schedule.next() : null) {
            if (entry.isExpired(now)) {
                entry.state = Entry.State.ENDING;
                expired.add(entry);
            } else {
                entry.deliveries++;
                schedule.lease(entry, now + options.lease().toNanos());
                taken.add(new Taken(entry, entry.deliveries, store.memory().take(entry), entry.segment != null));
            }
        }
        store.counters().delivered += taken.size();
        return taken;
    }

    /**
     * Reads the items of entries. One that the serializer cannot read keeps its lease, so that those behind it are
     * delivered, and is tried again when that ends.
     *
     * @param counted whether this is a delivery, which the log notes, or a look at the items
     * @return their deliveries without those that are damaged; without those that cannot be read, too, if others can
     * @throws QueueException if none can be read from disk
     * @throws RuntimeException of the serializer, if it can read none
     */
    List<Delivery<T>> deliver(List<Taken> taken, boolean counted) {
        List<Delivery<T>> deliveries = new ArrayList<>(taken.size());
        RuntimeException unreadable = null;
        for (int i = 0; i < taken.size(); i++) {
            Entry entry = taken.get(i).entry();
            int number = taken.get(i).number();
            byte @Nullable [] payload;
            try {
                payload = taken.get(i).payload();
                if (payload == null) {
                    payload = store.payload(entry, followers(taken, i));
                }
                if (payload == null) {
                    store.lose(entry);
                    continue;
                }
                // A record that is written later has the number of deliveries.
                if (counted && taken.get(i).onDisk()) {
                    store.delivered(entry);
                }
            } catch (RuntimeException failure) {
                taken.subList(i, taken.size()).forEach(it -> release(it.entry(), it.number()));
                if (deliveries.isEmpty()) {
                    throw failure;
                }
                return deliveries;
            }
            try {
                deliveries.add(new Delivery<>(queue, entry, number, serializer.fromBytes(payload)));
            } catch (RuntimeException failure) {
                unreadable = failure;
                if (!counted) {
                    release(entry, number);
                }
            }
        }
        if (unreadable != null && deliveries.isEmpty()) {
            throw unreadable;
        }
        return deliveries;
    }

    /** Returns the entries that are delivered behind one, where that has to be read from disk. */
    private List<Entry> followers(List<Taken> taken, int index) {
        return store.locked(() -> {
            Entry entry = taken.get(index).entry();
            List<Entry> following = new ArrayList<>();
            if (entry.payload == null) {
                int most = Math.min(READ_AHEAD, store.memory().roomForItems());
                taken.subList(index + 1, taken.size()).forEach(it -> following.add(it.entry()));
                following.addAll(schedule.following(entry.level, Math.max(0, most - following.size())));
            }
            return following;
        });
    }

    /** Makes an entry ready again that was not delivered. */
    void release(Entry entry, int number) {
        store.update(() -> {
            if (entry.isLeased(number)) {
                entry.deliveries--;
                store.counters().delivered--;
                schedule.endLease(entry);
                schedule.putBack(entry);
                ready.signal();
            }
        });
    }
}
