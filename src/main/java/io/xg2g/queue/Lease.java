package io.xg2g.queue;

import java.time.Duration;
import java.time.Instant;

/**
 * Lease of an item of a {@link HybridQueue}: the item is delivered again if it is neither acknowledged nor put back before the lease
 * ends, or if the process ends before. Thread-safe.
 *
 * @param <T> type of the item
 */
public sealed class Lease<T> permits Delivery {
    private final HybridQueue<T> queue;
    private final Entry entry;
    private final int number;

    Lease(HybridQueue<T> queue, Entry entry, int number) {
        this.queue = queue;
        this.entry = entry;
        this.number = number;
    }

    Lease(Lease<T> other) {
        this(other.queue, other.entry, other.number);
    }

    /** Returns the sequence of the item in its queue, from 1: a later item has a higher one. */
    public long sequence() {
        return entry.sequence;
    }

    /** Returns the level of the item, from 0. */
    public int level() {
        return entry.level;
    }

    /** Returns how often the item was delivered, this time included, also before the queue was opened: from 1. */
    public int number() {
        return number;
    }

    /** Returns when the item was added, by the wall clock. */
    public Instant addedAt() {
        return Instant.ofEpochMilli(entry.time);
    }

    /**
     * Ends the item: it is not delivered again.
     *
     * @return false if the lease has ended, or the item was acknowledged or put back before; nothing is changed then
     * @throws QueueException if it could not be written; the lease begins again, and the caller may retry
     */
    public boolean acknowledge() {
        return queue.acknowledge(this);
    }

    /** Puts the item back in front of all items of its level that were added later. Returns false as {@link #acknowledge}. */
    public boolean putBack() {
        return queue.putBack(this, Duration.ZERO);
    }

    /**
     * Puts the item back; it is not delivered before a delay has ended, then in front as without a delay. After a restart it is
     * delivered at once.
     *
     * @param delay zero, or 1 ms to 36,500 days
     * @return false as {@link #acknowledge}
     */
    public boolean putBack(Duration delay) {
        return queue.putBack(this, delay);
    }

    /** Begins the lease again. Returns false as {@link #acknowledge}. */
    public boolean extend() {
        return queue.extend(this);
    }

    Entry entry() {
        return entry;
    }

    /** Returns whether this is the latest delivery of the item, and under lease. Called with the queue's lock. */
    boolean isCurrent() {
        return entry.isLeased(number);
    }
}
