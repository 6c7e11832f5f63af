package io.xg2g.dispatch;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What waits for a slot: three levels, and in each clients that take turns by rounds, each with its FIFO. A client that
 * comes joins the next round. In a round the client whose next entry is due first comes first; those without a due time
 * follow in the order in which they joined. What was started once and came back goes before the turns of its level, oldest
 * first: it has had its turn.
 *
 * <p>Taking the best entry costs O(log clients); making room in a full queue looks at every entry of one level. The class is
 * not thread-safe: its owner's lock guards it.
 *
 * @param <E> the kind of entries
 */
final class WaitingQueue<E extends WaitingQueue.Entry> {

    /** One thing that waits. Its level and links belong to the queue it is in. */
    abstract static class Entry {
        /** The due time of what has none. */
        static final long NOT_DUE = Long.MAX_VALUE;

        final String client;
        final Priority submitted;
        final long sequence;
        private Priority level;
        private boolean queued;
        private boolean returned;

        /**
         * Makes an entry that is not in a queue yet.
         *
         * @param sequence grows with every submission; orders entries by age
         */
        Entry(String client, Priority submitted, long sequence) {
            this.client = client;
            this.submitted = submitted;
            this.sequence = sequence;
            this.level = submitted;
        }

        /** When it is wanted, as {@link System#nanoTime}, or {@link #NOT_DUE}. Constant. */
        abstract long dueAt();

        /** Whether the client's next entry is taken in the same turn. Constant. */
        abstract boolean sharesTurnWith(Entry next);

        /** The level at which it counts now: what it was submitted with, or one higher after a long wait. */
        final Priority level() {
            return level;
        }

        final boolean isQueued() {
            return queued;
        }

        /** Whether it was started once and waits again. */
        final boolean isReturned() {
            return returned;
        }
    }

    /** What became of an offered entry. */
    sealed interface Offer<E> {
        /** It waits; where room had to be made, {@code displaced} was taken out for it. */
        record Accepted<E>(@Nullable E displaced) implements Offer<E> {}

        /** There was no room for it. */
        record Full<E>() implements Offer<E> {}
    }

    private final int capacity;
    private final int share;
    /** By {@link Priority#level()}. */
    private final List<WaitingLevel<E>> levels;

    private final Map<String, Integer> held = new HashMap<>();
    private int size;

    /**
     * Makes an empty queue.
     *
     * @param capacity how many entries may wait, at least 1; one client may hold half of it while others wait
     * @param fair whether clients take turns; otherwise each level is one FIFO
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

    /** Lets the entry wait, in place of a less deserving one where the queue is full. */
    Offer<E> offer(E entry) {
        E displaced = null;
        if (mustMakeRoom(entry.client)) {
            displaced = victim(entry.client, entry.level());
            if (displaced == null) {
                return new Offer.Full<>();
            }
            remove(displaced);
        }
        insert(entry);
        return new Offer.Accepted<>(displaced);
    }

    /** Whether an entry of this client and level would be let in now. */
    boolean wouldAccept(String client, Priority level) {
        return !mustMakeRoom(client) || victim(client, level) != null;
    }

    /** Takes the entry that is to start next, or nothing. */
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

    /** Takes the entry that is due first, or nothing. */
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

    /** Lets an entry that was polled wait again, before the ring of its level. It may exceed the capacity by itself. */
    void putBack(E entry) {
        ((Entry) entry).returned = true;
        insert(entry);
    }

    /** Takes the entry out, wherever it stands; says whether it was there. */
    boolean remove(E entry) {
        if (!entry.isQueued()) {
            return false;
        }
        level(entry.level()).remove(entry);
        removed(entry);
        return true;
    }

    /** Raises a waiting entry by one level, behind those who wait there. */
    void promote(E entry) {
        if (entry.level() != Priority.ACTIVE && remove(entry)) {
            ((Entry) entry).level = entry.level().raised();
            insert(entry);
        }
    }

    /** How many entries start before this one if nothing else arrives; -1 if it does not wait here. */
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

    /** Everything that waits, in no particular order. */
    List<E> entries() {
        List<E> all = new ArrayList<>(size);
        levels.forEach(level -> level.all().forEach(all::add));
        return all;
    }

    private boolean mustMakeRoom(String client) {
        return size >= capacity || holdsItsShare(client);
    }

    private boolean holdsItsShare(String client) {
        int own = held.getOrDefault(client, 0);
        return own >= share && size > own;
    }

    /** Who gives way to an entry of this client and level, or nobody. */
    private @Nullable E victim(String client, Priority at) {
        int own = at.level();
        if (holdsItsShare(client)) {
            return youngest(own - 1, other -> other.client.equals(client));
        }
        E lesser = youngest(own - 1, other -> true);
        // A client that filled the queue while it was alone gives way once others come.
        return lesser != null ? lesser : youngest(own, other -> held.getOrDefault(other.client, 0) > share);
    }

    /** The youngest matching entry of the lowest level that has one, up to and including the highest level given. */
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
