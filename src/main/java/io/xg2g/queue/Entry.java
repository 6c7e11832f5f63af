package io.xg2g.queue;

import org.jspecify.annotations.Nullable;

/** An item in the index of a queue. All fields that change are guarded by the queue's lock. */
final class Entry extends Chain.Link implements Comparable<Entry> {
    /** Where an item is. */
    enum State {
        /** Being added, not visible yet. */
        NEW,
        /** Waits for its delivery. */
        READY,
        /** Put back with a delay. */
        DELAYED,
        /** Delivered. */
        LEASED,
        /** Its end is being written to the log. */
        ENDING,
        /** Acknowledged, expired, removed or lost. */
        ENDED
    }

    final long sequence;
    final int level;
    final int length;

    /** Milliseconds since 1970 at which it was added, and at which it expires (0: never). */
    final long time;

    final long expiry;

    /** Monotonic time at which it expires; meaningless without {@link #expiry}. */
    final long expiryNanos;

    State state = State.NEW;
    int deliveries;

    /** Whether it was put back, and therefore comes before those that never were delivered. */
    boolean returned;

    /** Monotonic time at which its lease or delay ends. */
    long dueNanos;

    /** Its payload in memory; {@code null} where that is only on disk. */
    MemoryTier.@Nullable Payload payload;

    /** Its record on disk; {@code null} where it is only in memory. */
    @Nullable
    Segment segment;

    long offset;

    /** Length of its payload on disk. */
    int stored;

    Entry(long sequence, int level, int length, long time, long expiry, long expiryNanos) {
        this.sequence = sequence;
        this.level = level;
        this.length = length;
        this.time = time;
        this.expiry = expiry;
        this.expiryNanos = expiryNanos;
    }

    /** Returns whether it is under the lease of its n-th delivery. */
    boolean isLeased(int number) {
        return state == State.LEASED && deliveries == number;
    }

    /** Returns whether it ends, or has ended. */
    boolean isEnding() {
        return state == State.ENDING || state == State.ENDED;
    }

    /** Returns whether its record is in a file. */
    boolean isWritten() {
        return segment != null && segment.written > offset;
    }

    /** Returns whether its time to live has ended. */
    boolean isExpired(long nanos) {
        return expiry != 0 && nanos - expiryNanos >= 0;
    }

    /** Items of one level are delivered in the order of their sequences. */
    @Override
    public int compareTo(Entry other) {
        return Long.compare(sequence, other.sequence);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(sequence);
    }
}
