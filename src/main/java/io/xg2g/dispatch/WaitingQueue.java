package io.xg2g.dispatch;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Bounded priority queue with three levels and, in each level, round-robin between clients, each with a FIFO. A new client joins
 * the next round. Within a round, clients are ordered by the due time of their first entry; those without a due time follow in
 * the order in which they joined. Entries that were started and came back precede the round-robin of their level, oldest first.
 *
 * <p>Polling takes O(log clients); displacing an entry of a full queue scans one level. Not thread-safe; guarded by the
 * dispatcher's lock.
 *
 * @param <E> type of the entries
 */
final class WaitingQueue<E extends WaitingQueue.Entry> {

    /** Waiting entry. Its level and flags are changed only by the queue that it is in. */
    abstract static class Entry {
        /** Due time of an entry without one. */
        static final long NOT_DUE = Long.MAX_VALUE;

        final String client;
        final Priority submitted;
        final long sequence;
        private Priority level;
        private boolean queued;
        private boolean returned;

        /**
         * Creates an entry that is not in a queue.
         *
         * @param sequence increases with every submission; orders entries by age
         */
        Entry(String client, Priority submitted, long sequence) {
            this.client = client;
            this.submitted = submitted;
            this.sequence = sequence;
            this.level = submitted;
        }

        /** Returns the due time as {@link System#nanoTime}, or {@link #NOT_DUE}. Constant. */
        abstract long dueAt();

        /** Returns whether the client's next entry starts in the same round. Constant. */
        abstract boolean sharesTurnWith(Entry next);

        /** Returns the current level: that of the submission, or one higher after a long wait. */
        final Priority level() {
            return level;
        }

        final boolean isQueued() {
            return queued;
        }

        /** Returns whether the entry was started and waits again. */
        final boolean isReturned() {
            return returned;
        }
    }

    /** Result of {@link #offer}. */
    sealed interface Offer<E> {
        /** The entry waits; {@code displaced} was removed to make room for it. */
        record Accepted<E>(@Nullable E displaced) implements Offer<E> {}

        /** The queue is full. */
        record Full<E>() implements Offer<E> {}
    }

    private final int capacity;
    private final int share;
    /** By {@link Priority#level()}. */
    private final List<WaitingLevel<E>> levels;

    private final Map<String, Integer> held = new HashMap<>();
    private int size;

    /**
     * Creates an empty queue.
     *
     * @param capacity maximum number of entries, at least 1; one client gets at most half of it while others wait
     * @param fair round-robin between clients; otherwise each level is one FIFO
     */
    WaitingQueue(int capacity, boolean fair) {
        this.capacity = capacity;
        this.share = Math.max(1, capacity / 2);
        this.levels = Stream.generate(() -> new WaitingLevel<E>(fair))
                .limit(Priority.values().length)
                .toList();
    }

    int size() {
        return size;
    }

    int size(Priority level) {
        return level(level).size();
    }

    boolean isEmpty() {
        return size == 0;
    }

    /** Adds an entry; a full queue displaces another one of a lower level, or of a client above its share. */
    Offer<E> offer(E entry) {
        E displaced = null;
        if (mustMakeRoom(entry.client)) {
            displaced = displaceable(entry.client, entry.level());
            if (displaced == null) {
                return new Offer.Full<>();
            }
            remove(displaced);
        }
        insert(entry);
        return new Offer.Accepted<>(displaced);
    }

    /** Returns whether {@link #offer} would accept an entry of this client and level. */
    boolean wouldAccept(String client, Priority level) {
        return !mustMakeRoom(client) || displaceable(client, level) != null;
    }

    /** Removes and returns the entry to start next, or {@code null}. */
    @Nullable
    E poll() {
        for (int level = levels.size() - 1; level >= 0; level--) {
            E entry = levels.get(level).poll();
            if (entry != null) {
                removed(entry);
                return entry;
            }
        }
        return null;
    }

    /** Removes and returns the entry with the earliest due time, or {@code null}. */
    @Nullable
    E pollDue() {
        E first = null;
        for (WaitingLevel<E> level : levels) {
            first = level.earliestDue(first);
        }
        if (first != null) {
            remove(first);
        }
        return first;
    }

    /** Returns a polled entry to the queue, ahead of the round-robin of its level. May exceed the capacity. */
    void putBack(E entry) {
        ((Entry) entry).returned = true;
        insert(entry);
    }

    /** Removes an entry; returns whether it was in the queue. */
    boolean remove(E entry) {
        if (!entry.isQueued()) {
            return false;
        }
        level(entry.level()).remove(entry);
        removed(entry);
        return true;
    }

    /** Raises a waiting entry by one level, behind the entries of that level. */
    void promote(E entry) {
        if (entry.level() != Priority.ACTIVE && remove(entry)) {
            ((Entry) entry).level = entry.level().raised();
            insert(entry);
        }
    }

    /** Returns the number of entries that start before this one if no other arrives; -1 if it is not in the queue. */
    int ahead(E entry) {
        if (!entry.isQueued()) {
            return -1;
        }
        int own = entry.level().level();
        int ahead = levels.get(own).ahead(entry);
        for (WaitingLevel<E> higher : levels.subList(own + 1, levels.size())) {
            ahead += higher.size();
        }
        return ahead;
    }

    /** Returns all entries, in no particular order. */
    List<E> entries() {
        List<E> all = new ArrayList<>(size);
        levels.forEach(level -> level.all().forEach(all::add));
        return all;
    }

    private boolean mustMakeRoom(String client) {
        return size >= capacity || exceedsShare(client);
    }

    private boolean exceedsShare(String client) {
        int own = held.getOrDefault(client, 0);
        return own >= share && size > own;
    }

    /** Returns the entry to displace for one of this client and level, or {@code null}. */
    private @Nullable E displaceable(String client, Priority at) {
        int own = at.level();
        if (exceedsShare(client)) {
            return youngest(own - 1, other -> other.client.equals(client));
        }
        E lower = youngest(own - 1, other -> true);
        // A client that filled the queue while no other one waited is reduced to its share.
        return lower != null ? lower : youngest(own, other -> held.getOrDefault(other.client, 0) > share);
    }

    /** Returns the youngest matching entry of the lowest level that has one, up to and including the given level. */
    private @Nullable E youngest(int highest, Predicate<E> matches) {
        for (WaitingLevel<E> level : levels.subList(0, highest + 1)) {
            E youngest = level.youngest(matches);
            if (youngest != null) {
                return youngest;
            }
        }
        return null;
    }

    private void insert(E entry) {
        level(entry.level()).add(entry);
        ((Entry) entry).queued = true;
        held.merge(entry.client, 1, Integer::sum);
        size++;
    }

    private void removed(E entry) {
        ((Entry) entry).queued = false;
        held.compute(entry.client, (client, count) -> count == null || count == 1 ? null : count - 1);
        size--;
    }

    private WaitingLevel<E> level(Priority priority) {
        return levels.get(priority.level());
    }
}
