package io.xg2g.queue;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A naive work queue, the oracle for {@link HybridQueue}: a list that is sorted and searched for each operation. */
final class ModelQueue {
    /** An item, by its number. */
    static final class Item {
        final int number;
        final int level;
        final byte[] payload;

        /** When its time to live ends, by the monotonic clock and by the wall clock. */
        final @Nullable Long expiryNanos;

        final @Nullable Long ttlMillis;
        final long addedMillis;

        /** Deliveries, as the queue counts them. */
        int deliveries;

        /** When its lease ends; {@code null} without one. */
        @Nullable
        Long leaseEnd;

        /** When its delay ends; {@code null} without one. */
        @Nullable
        Long delayEnd;

        @Nullable
        Long endsNanos;

        Item(int number, int level, byte[] payload, @Nullable Long ttlMillis, long nanos, long millis) {
            this.number = number;
            this.level = level;
            this.payload = payload;
            this.ttlMillis = ttlMillis;
            addedMillis = millis;
            expiryNanos = ttlMillis == null ? null : nanos + ttlMillis * 1_000_000;
            endsNanos = expiryNanos;
        }

        private boolean isReady() {
            return leaseEnd == null && delayEnd == null;
        }

        private boolean isExpired(long nanos) {
            return endsNanos != null && nanos - endsNanos >= 0;
        }
    }

    private final QueueClock clock;
    private final List<Item> items = new ArrayList<>();
    private int numbers;

    ModelQueue(QueueClock clock) {
        this.clock = clock;
    }

    List<Item> items() {
        return items;
    }

    Item add(int level, byte[] payload, @Nullable Long ttlMillis) {
        Item item = new Item(numbers++, level, payload, ttlMillis, clock.nanoTime(), clock.currentTimeMillis());
        items.add(item);
        return item;
    }

    /** Leases and delays end. */
    void release() {
        long now = clock.nanoTime();
        for (Item item : items) {
            if (item.leaseEnd != null && now - item.leaseEnd >= 0) {
                item.leaseEnd = null;
            }
            if (item.delayEnd != null && now - item.delayEnd >= 0) {
                item.delayEnd = null;
            }
        }
    }

    /** Items that are not under lease expire. */
    void expire() {
        long now = clock.nanoTime();
        items.removeIf(item -> item.leaseEnd == null && item.isExpired(now));
    }

    /** Takes the next item; those before it that have expired go. */
    Optional<Item> poll(long lease) {
        release();
        long now = clock.nanoTime();
        while (true) {
            Optional<Item> next = items.stream()
                    .filter(Item::isReady)
                    .min(Comparator.comparingInt((Item item) -> -item.level).thenComparingInt(item -> item.number));
            if (next.isEmpty()) {
                return next;
            }
            Item item = next.get();
            if (!item.isExpired(now)) {
                item.deliveries++;
                item.leaseEnd = now + lease;
                return next;
            }
            items.remove(item);
        }
    }

    /** The queue is closed and opened again: leases and delays end, and the wall clock tells what has expired. */
    void restart() {
        for (Item item : items) {
            item.leaseEnd = null;
            item.delayEnd = null;
            Long ttl = item.ttlMillis;
            if (ttl != null) {
                long left = Math.clamp(item.addedMillis + ttl - clock.currentTimeMillis(), 0, ttl);
                item.endsNanos = clock.nanoTime() + left * 1_000_000;
            }
        }
    }
}
