package io.xg2g.queue;

import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * The order in which entries are delivered: higher levels first, and by sequence within a level. Entries that were put back
 * have lower sequences than those that were never delivered, so that they come first. Not thread-safe: guarded by the queue's
 * lock.
 */
final class Schedule {
    /** Entries of a level that were never delivered, and those that were put back. */
    private static final class Level {
        private final Chain<Entry> fresh = new Chain<>();
        private final PriorityQueue<Entry> returned = new PriorityQueue<>(1);

        private boolean isEmpty() {
            return fresh.size() == 0 && returned.isEmpty();
        }
    }

    private final List<Level> levels = new ArrayList<>();
    private final Chain<Entry> leased = new Chain<>();
    private final PriorityQueue<Entry> delayed =
            new PriorityQueue<>(1, (one, other) -> Long.signum(one.dueNanos - other.dueNanos));

    /** A bit for each level that is not empty. */
    private long occupied;

    /** No entry expires before this time. */
    private @Nullable Long earliestExpiry;

    Schedule(int levels) {
        for (int i = 0; i < levels; i++) {
            this.levels.add(new Level());
        }
    }

    /** Adds an entry behind all others of its level. */
    void add(Entry entry) {
        levels.get(entry.level).fresh.addLast(entry);
        ready(entry);
    }

    /** Adds an entry that was {@linkplain #next taken}, in front of those that never were. */
    void putBack(Entry entry) {
        entry.returned = true;
        levels.get(entry.level).returned.add(entry);
        ready(entry);
    }

    private void ready(Entry entry) {
        entry.state = Entry.State.READY;
        occupied |= 1L << entry.level;
        noteExpiry(entry);
    }

    private void noteExpiry(Entry entry) {
        if (entry.expiry != 0 && (earliestExpiry == null || entry.expiryNanos - earliestExpiry < 0)) {
            earliestExpiry = entry.expiryNanos;
        }
    }

    /** Removes and returns the next entry; {@code null} if none is ready. */
    @Nullable
    Entry next() {
        @Nullable Entry entry = peek();
        if (entry != null) {
            remove(entry);
        }
        return entry;
    }

    /** Returns the next entry. */
    @Nullable
    Entry peek() {
        if (occupied == 0) {
            return null;
        }
        Level level = levels.get(Long.SIZE - 1 - Long.numberOfLeadingZeros(occupied));
        return level.returned.isEmpty() ? level.fresh.first() : level.returned.peek();
    }

    /** Adds the entries that are never delivered so far and come next on a level to a list, until it has so many. */
    void addFollowing(int level, int most, List<Entry> following) {
        Chain<Entry> fresh = levels.get(level).fresh;
        for (Entry next = fresh.first(); next != null && following.size() < most; next = fresh.after(next)) {
            following.add(next);
        }
    }

    private void remove(Entry entry) {
        Level level = levels.get(entry.level);
        if (!entry.returned) {
            level.fresh.remove(entry);
        } else {
            level.returned.remove(entry);
        }
        if (level.isEmpty()) {
            occupied &= ~(1L << entry.level);
        }
    }

    /** Begins the lease of an entry. All leases are equally long, so that the oldest one is the first to end. */
    void lease(Entry entry, long dueNanos) {
        entry.state = Entry.State.LEASED;
        entry.dueNanos = dueNanos;
        leased.addLast(entry);
    }

    /** Ends the lease of an entry. */
    void endLease(Entry entry) {
        leased.remove(entry);
    }

    void delay(Entry entry, long dueNanos) {
        entry.state = Entry.State.DELAYED;
        entry.dueNanos = dueNanos;
        delayed.add(entry);
        noteExpiry(entry);
    }

    /** Removes an entry, whether it waits, is delayed, or under lease. */
    void removeAny(Entry entry) {
        switch (entry.state) {
            case READY -> remove(entry);
            case DELAYED -> delayed.remove(entry);
            case LEASED -> leased.remove(entry);
            case NEW, ENDING, ENDED -> {}
        }
    }

    /** Makes entries ready whose lease or delay has ended. Returns whether there were any. */
    boolean release(long nanos) {
        boolean any = false;
        for (Entry entry = leased.first(); entry != null && nanos - entry.dueNanos >= 0; entry = leased.first()) {
            leased.remove(entry);
            putBack(entry);
            any = true;
        }
        for (Entry entry = delayed.peek(); entry != null && nanos - entry.dueNanos >= 0; entry = delayed.peek()) {
            delayed.poll();
            putBack(entry);
            any = true;
        }
        return any;
    }

    /** Returns the nanoseconds until the next lease or delay ends, at most a bound. */
    long untilRelease(long nanos, long most) {
        long least = most;
        Entry lease = leased.first();
        if (lease != null) {
            least = Math.min(least, lease.dueNanos - nanos);
        }
        Entry delay = delayed.peek();
        if (delay != null) {
            least = Math.min(least, delay.dueNanos - nanos);
        }
        return Math.max(least, 0);
    }

    /** Removes and returns the waiting entries whose time to live has ended. */
    List<Entry> removeExpired(long nanos) {
        if (earliestExpiry == null || nanos - earliestExpiry < 0) {
            return List.of();
        }
        List<Entry> expired = new ArrayList<>();
        earliestExpiry = null;
        for (Entry entry : all()) {
            if (entry.state == Entry.State.LEASED || entry.expiry == 0) {
                continue;
            }
            if (entry.isExpired(nanos)) {
                expired.add(entry);
            } else if (earliestExpiry == null || entry.expiryNanos - earliestExpiry < 0) {
                earliestExpiry = entry.expiryNanos;
            }
        }
        expired.forEach(this::removeAny);
        return expired;
    }

    /** Returns all entries, in no order. */
    List<Entry> all() {
        List<Entry> all = new ArrayList<>();
        for (Level level : levels) {
            all.addAll(chained(level.fresh));
            all.addAll(level.returned);
        }
        all.addAll(chained(leased));
        all.addAll(delayed);
        return all;
    }

    private static List<Entry> chained(Chain<Entry> chain) {
        List<Entry> entries = new ArrayList<>(chain.size());
        for (Entry entry = chain.first(); entry != null; entry = chain.after(entry)) {
            entries.add(entry);
        }
        return entries;
    }

    /** Returns the oldest of the entries that come first on their level, or under lease. */
    @Nullable
    Entry oldest() {
        @Nullable Entry oldest = leased.first();
        for (Level level : levels) {
            oldest = older(oldest, level.fresh.first());
            oldest = older(oldest, level.returned.peek());
        }
        return older(oldest, delayed.peek());
    }

    private static @Nullable Entry older(@Nullable Entry one, @Nullable Entry other) {
        if (one == null || other == null) {
            return one == null ? other : one;
        }
        return one.sequence < other.sequence ? one : other;
    }

    int leased() {
        return leased.size();
    }

    int delayed() {
        return delayed.size();
    }
}
