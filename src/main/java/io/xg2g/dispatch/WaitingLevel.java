package io.xg2g.dispatch;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One level of the {@link WaitingQueue}: what came back, and the turns of its clients. Not thread-safe.
 *
 * @param <E> the kind of entries
 */
final class WaitingLevel<E extends WaitingQueue.Entry> {
    /** A client's place among those that wait at one level. Out of the sorted set while it changes. */
    private static final class Turn<E extends WaitingQueue.Entry> {
        /**
         * Round-robin: by round, then by due time. Due times are compared by their difference, as {@link System#nanoTime}
         * requires.
         */
        private static final Comparator<Turn<?>> ORDER = Comparator.<Turn<?>>comparingLong(turn -> turn.round)
                .thenComparing((a, b) -> compareDue(a.dueAt, b.dueAt))
                .thenComparingLong(turn -> turn.joined);

        private final ArrayDeque<E> entries;
        private long round;
        private long joined;
        private long dueAt;

        private Turn(ArrayDeque<E> entries, long round, long joined) {
            this.entries = entries;
            this.round = round;
            this.joined = joined;
        }

        private static int compareDue(long a, long b) {
            boolean comparable = a != WaitingQueue.Entry.NOT_DUE && b != WaitingQueue.Entry.NOT_DUE;
            return comparable
                    ? Long.compare(a - b, 0)
                    : Boolean.compare(a == WaitingQueue.Entry.NOT_DUE, b == WaitingQueue.Entry.NOT_DUE);
        }

        /** Takes the first entry out; the next one, if there is one, comes in this turn too or in the next round. */
        private E take(long next) {
            E taken = entries.removeFirst();
            E head = entries.peekFirst();
            if (head != null && !taken.sharesTurnWith(head)) {
                round++;
                joined = next;
            }
            return taken;
        }

        private void updateDue() {
            dueAt = entries.getFirst().dueAt();
        }
    }

    private static final Comparator<WaitingQueue.Entry> BY_AGE = Comparator.comparingLong(entry -> entry.sequence);

    private final boolean fair;
    private final PriorityQueue<E> returned = new PriorityQueue<>(BY_AGE);
    private final Map<String, Turn<E>> clients = new HashMap<>();
    private final TreeSet<Turn<E>> turns = new TreeSet<>(Turn.ORDER);
    private int size;

    /** The round of the turn that was taken last. */
    private long round;

    private long joined;

    WaitingLevel(boolean fair) {
        this.fair = fair;
    }

    int size() {
        return size;
    }

    void add(E entry) {
        if (entry.isReturned()) {
            returned.add(entry);
        } else {
            Turn<E> turn = clients.get(turnOf(entry));
            if (turn == null) {
                turn = new Turn<>(new ArrayDeque<>(4), round + 1, joined++);
                clients.put(turnOf(entry), turn);
                turn.entries.addLast(entry);
                enter(turn);
            } else {
                turn.entries.addLast(entry);
            }
        }
        size++;
    }

    /** Sorts a turn in that has entries. */
    private void enter(Turn<E> turn) {
        turn.updateDue();
        turns.add(turn);
    }

    @Nullable
    E poll() {
        E entry = returned.isEmpty() ? takeTurn() : returned.poll();
        if (entry != null) {
            size--;
        }
        return entry;
    }

    private @Nullable E takeTurn() {
        Turn<E> turn = turns.pollFirst();
        if (turn == null) {
            return null;
        }
        round = turn.round;
        E entry = turn.take(joined);
        joined++;
        if (turn.entries.isEmpty()) {
            clients.remove(turnOf(entry));
        } else {
            enter(turn);
        }
        return entry;
    }

    void remove(E entry) {
        if (returned.remove(entry)) {
            size--;
            return;
        }
        Turn<E> turn = clients.get(turnOf(entry));
        if (turn == null || !turn.entries.contains(entry)) {
            return;
        }
        turns.remove(turn);
        turn.entries.remove(entry);
        size--;
        if (turn.entries.isEmpty()) {
            clients.remove(turnOf(entry));
        } else {
            enter(turn);
        }
    }

    /** The entry that is due first, of those here and the given one. */
    @Nullable
    E earliestDue(@Nullable E other) {
        return Stream.concat(Stream.ofNullable(other), all())
                .filter(entry -> entry.dueAt() != WaitingQueue.Entry.NOT_DUE)
                .min((a, b) -> Long.compare(a.dueAt() - b.dueAt(), 0))
                .orElse(null);
    }

    @Nullable
    E youngest(Predicate<E> matches) {
        return all().filter(matches).max(BY_AGE).orElse(null);
    }

    Stream<E> all() {
        return Stream.concat(returned.stream(), turns.stream().flatMap(turn -> turn.entries.stream()));
    }

    /** How many of this level start before the entry: plays the turns through on a copy. */
    int ahead(E entry) {
        if (entry.isReturned()) {
            return (int) returned.stream()
                    .filter(other -> other.sequence < entry.sequence)
                    .count();
        }
        TreeSet<Turn<E>> copy = new TreeSet<>(Turn.ORDER);
        for (Turn<E> turn : turns) {
            Turn<E> same = new Turn<>(turn.entries.clone(), turn.round, turn.joined);
            same.updateDue();
            copy.add(same);
        }
        int ahead = returned.size();
        for (long next = joined; ; next++) {
            Turn<E> turn = copy.removeFirst();
            if (turn.take(next) == entry) {
                return ahead;
            }
            ahead++;
            if (!turn.entries.isEmpty()) {
                turn.updateDue();
                copy.add(turn);
            }
        }
    }

    private String turnOf(E entry) {
        return fair ? entry.client : "";
    }
}
