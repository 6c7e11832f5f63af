package io.xg2g.bus;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.Condition;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Lock-free ring buffer for the messages of one priority of a topic, with multiple producers and one cursor for each group, as in
 * the LMAX Disruptor. Positions count from 0; the message of a position stays in its slot until the ring wraps around, so the
 * last {@code capacity} messages remain in memory.
 *
 * <p>The tail is one word: the next position, and in its lowest bit whether the ring is frozen. Freezing it thereby fixes which
 * positions have been claimed.
 *
 * <pre>
 *   slots  | 8 | 9 | 2 | 3 | 4 | 5 | 6 | 7 |      capacity 8
 *                    ^           ^
 *              tail = 10   cursor of the slowest group = 5: space up to position 12
 * </pre>
 */
final class PriorityRing {
    /** Result of {@link #claim}: the ring is frozen. */
    static final long FROZEN = -1;

    /** Result of {@link #claim}: a group lags behind by {@code capacity} messages. */
    static final long FULL = -2;

    private static final long FROZEN_BIT = 1;
    private static final long NEXT = 2;

    final int priority;

    /** Awaited by publishers under the topic's lock. */
    final Condition notFull;

    /** Number of publishers that wait for space. */
    final AtomicInteger blocked = new AtomicInteger();

    private final Supplier<Group[]> groups;
    private final int capacity;
    private final int mask;
    private final AtomicReferenceArray<Message> messages;

    /** Position of the message in each slot, plus 1; negative while it is written. */
    private final AtomicLongArray filled;

    private final AtomicLong tail;

    /** Positions below this one are free; cached from the latest scan of the cursors. */
    private final AtomicLong limit = new AtomicLong();

    /** @param groups returns the groups that read the ring, or will read it when it is thawed */
    PriorityRing(int priority, int capacity, boolean frozen, Condition notFull, Supplier<Group[]> groups) {
        this.priority = priority;
        this.groups = groups;
        this.capacity = capacity;
        this.notFull = notFull;
        int slots = capacity == 1 ? 1 : Integer.highestOneBit(capacity - 1) << 1;
        this.mask = slots - 1;
        this.messages = new AtomicReferenceArray<>(slots);
        this.filled = new AtomicLongArray(slots);
        this.tail = new AtomicLong(frozen ? FROZEN_BIT : 0);
    }

    /**
     * Claims the next position, which must then be {@linkplain #fill filled} unless no group reads it.
     *
     * @return the position, {@link #FULL}, or {@link #FROZEN}
     */
    long claim(boolean evenFrozen) {
        while (true) {
            long word = tail.get();
            if ((word & FROZEN_BIT) != 0 && !evenFrozen) {
                return FROZEN;
            }
            long position = word >> 1;
            if (position >= limit.get() && !hasRoom(position)) {
                return FULL;
            }
            if (tail.compareAndSet(word, word + NEXT)) {
                return position;
            }
        }
    }

    /**
     * Scans the cursors of the groups of this moment, which is after the position was read: a group that is not among them starts there
     * or above, and does not lower the limit.
     */
    private boolean hasRoom(long position) {
        long slowest = position;
        for (Group group : groups.get()) {
            slowest = Math.min(slowest, group.cursor(priority));
        }
        limit.set(slowest + capacity);
        return position < slowest + capacity;
    }

    /**
     * Publishes a message at a claimed position (volatile write); sleeping workers are to be woken after it. It does not replace a later
     * one: there is none while a group is to read this position, but without groups the positions run on, also past a publisher that the
     * system has interrupted. Only the one that comes round to the slot of such a publisher may have to wait for it.
     */
    void fill(long position, Message message) {
        int slot = (int) position & mask;
        long mine = position + 1;
        long before = filled.get(slot);
        while (Math.abs(before) < mine && (before < 0 || !filled.compareAndSet(slot, before, -mine))) {
            // An earlier publisher, which is late, is writing.
            Thread.onSpinWait();
            before = filled.get(slot);
        }
        if (Math.abs(before) > mine) {
            return;
        }
        messages.setPlain(slot, message);
        filled.set(slot, mine);
    }

    /** Returns the message at a position, or {@code null} if it was not published yet or was overwritten. */
    @Nullable
    Message at(long position) {
        int slot = (int) position & mask;
        return filled.get(slot) == position + 1 ? messages.getPlain(slot) : null;
    }

    /** Rejects further claims until {@link #thaw}. */
    void freeze() {
        tail.updateAndGet(word -> word | FROZEN_BIT);
    }

    void thaw() {
        tail.updateAndGet(word -> word & ~FROZEN_BIT);
    }

    /** Returns the next position, which is the number of claimed ones. */
    long tail() {
        return tail.get() >> 1;
    }
}
