package io.xg2g.bus;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.Condition;
import org.jspecify.annotations.Nullable;

/**
 * The messages of one priority of a topic: a ring that publishers write and every group reads at its own cursor. A
 * message has a position, counted from 0, and lies in the slot of that position until the ring comes round: so the last
 * {@code capacity} messages, read or not, stay in memory.
 *
 * <p>The tail says the next position, and whether the lane is frozen; both are in one word, so that whoever freezes it
 * knows which positions have been given away, and that no other one will.
 */
final class PriorityRing {
    /** The lane gives no place: it is frozen. */
    static final long FROZEN = -1;

    /** The lane gives no place: a group has not yet taken {@code capacity} messages. */
    static final long FULL = -2;

    private static final long FROZEN_BIT = 1;
    private static final long NEXT = 2;

    final int priority;

    /** Waited for by publishers, with the topic's lock. */
    final Condition room;

    /** How many publishers wait for room. */
    final AtomicInteger blocked = new AtomicInteger();

    private final int capacity;
    private final int mask;
    private final AtomicReferenceArray<Message> messages;

    /** For each slot one more than the position of the message in it. */
    private final AtomicLongArray filled;

    private final AtomicLong tail;

    /** Positions before this one have room: what was known when somebody last looked at the cursors. */
    private final AtomicLong limit = new AtomicLong();

    PriorityRing(int priority, int capacity, boolean frozen, Condition room) {
        this.priority = priority;
        this.capacity = capacity;
        this.room = room;
        int slots = capacity == 1 ? 1 : Integer.highestOneBit(capacity - 1) << 1;
        this.mask = slots - 1;
        this.messages = new AtomicReferenceArray<>(slots);
        this.filled = new AtomicLongArray(slots);
        this.tail = new AtomicLong(frozen ? FROZEN_BIT : 0);
    }

    /**
     * Takes the next position, which must then be {@linkplain #fill filled} unless no group reads it.
     *
     * @return the position, {@link #FULL}, or {@link #FROZEN}
     */
    long claim(Group[] groups, boolean evenFrozen) {
        while (true) {
            long word = tail.get();
            if ((word & FROZEN_BIT) != 0 && !evenFrozen) {
                return FROZEN;
            }
            long position = word >> 1;
            if (position >= limit.get() && !hasRoom(position, groups)) {
                return FULL;
            }
            if (tail.compareAndSet(word, word + NEXT)) {
                return position;
            }
        }
    }

    /** A group that comes after this look begins at the tail or later, and so lowers no limit. */
    private boolean hasRoom(long position, Group[] groups) {
        long slowest = position;
        for (Group group : groups) {
            slowest = Math.min(slowest, group.cursor(priority));
        }
        limit.set(slowest + capacity);
        return position < slowest + capacity;
    }

    /** Writes a message at a claimed position. Whoever reads that somebody sleeps after this may wake them. */
    void fill(long position, Message message) {
        int slot = (int) position & mask;
        messages.setPlain(slot, message);
        filled.set(slot, position + 1);
    }

    /** The message at that position, or {@code null} if it is not yet there, or no longer. */
    @Nullable
    Message at(long position) {
        int slot = (int) position & mask;
        return filled.get(slot) == position + 1 ? messages.getPlain(slot) : null;
    }

    /** Gives no further position, until it is thawed. */
    void freeze() {
        tail.updateAndGet(word -> word | FROZEN_BIT);
    }

    void thaw() {
        tail.updateAndGet(word -> word & ~FROZEN_BIT);
    }

    /** The next position: how many have been given. */
    long tail() {
        return tail.get() >> 1;
    }
}
