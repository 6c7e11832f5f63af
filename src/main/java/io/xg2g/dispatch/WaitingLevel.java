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
 * One level of the {@link WaitingQueue}: round-robin over one FIFO for each client, preceded by the entries that came back after
 * a start. Not thread-safe.
 *
 * @param <E> type of the entries
 */
final class WaitingLevel<E extends WaitingQueue.Entry> {
    /** FIFO of one client. Must not be in the sorted set while its sort key changes. */
    private static final class ClientQueue<E extends WaitingQueue.Entry> {
        /** Compares due times by their difference, since {@link System#nanoTime} may overflow. */
        private static final Comparator<ClientQueue<?>> ORDER = Comparator.<ClientQueue<?>>comparingLong(
                        queue -> queue.round)
                .thenComparing((a, b) -> compareDue(a.dueAt, b.dueAt))
                .thenComparingLong(queue -> queue.joined);

        private final ArrayDeque<E> entries;
        private long round;
        private long joined;
        private long dueAt;

        private ClientQueue(ArrayDeque<E> entries, long round, long joined) {
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

        /** Removes the first entry and moves the queue to the next round, unless the second entry shares the turn. */
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
    private final Map<String, ClientQueue<E>> clients = new HashMap<>();
    private final TreeSet<ClientQueue<E>> roundRobin = new TreeSet<>(ClientQueue.ORDER);
    private int size;

    /** Round of the queue that was polled last. */
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
            ClientQueue<E> queue = clients.get(queueKey(entry));
            if (queue == null) {
                queue = new ClientQueue<>(new ArrayDeque<>(4), round + 1, joined++);
                clients.put(queueKey(entry), queue);
                queue.entries.addLast(entry);
                enter(queue);
            } else {
                queue.entries.addLast(entry);
            }
        }
        size++;
    }

    /** Inserts a queue that is not empty into the sorted set. */
    private void enter(ClientQueue<E> queue) {
        queue.updateDue();
        roundRobin.add(queue);
    }

    @Nullable
    E poll() {
        E entry = returned.isEmpty() ? pollRoundRobin() : returned.poll();
        if (entry != null) {
            size--;
        }
        return entry;
    }

    private @Nullable E pollRoundRobin() {
        ClientQueue<E> queue = roundRobin.pollFirst();
        if (queue == null) {
            return null;
        }
        round = queue.round;
        E entry = queue.take(joined);
        joined++;
        if (queue.entries.isEmpty()) {
            clients.remove(queueKey(entry));
        } else {
            enter(queue);
        }
        return entry;
    }

    void remove(E entry) {
        if (returned.remove(entry)) {
            size--;
            return;
        }
        ClientQueue<E> queue = clients.get(queueKey(entry));
        if (queue == null || !queue.entries.contains(entry)) {
            return;
        }
        roundRobin.remove(queue);
        queue.entries.remove(entry);
        size--;
        if (queue.entries.isEmpty()) {
            clients.remove(queueKey(entry));
        } else {
            enter(queue);
        }
    }

    /** Returns the entry with the earliest due time, among those of this level and the given one. */
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
        return Stream.concat(returned.stream(), roundRobin.stream().flatMap(queue -> queue.entries.stream()));
    }

    /** Returns the number of entries of this level that start before the entry, by simulating the round-robin on a copy. */
    int ahead(E entry) {
        if (entry.isReturned()) {
            return (int) returned.stream()
                    .filter(other -> other.sequence < entry.sequence)
                    .count();
        }
        TreeSet<ClientQueue<E>> copy = new TreeSet<>(ClientQueue.ORDER);
        for (ClientQueue<E> queue : roundRobin) {
            ClientQueue<E> same = new ClientQueue<>(queue.entries.clone(), queue.round, queue.joined);
            same.updateDue();
            copy.add(same);
        }
        int ahead = returned.size();
        for (long next = joined; ; next++) {
            ClientQueue<E> queue = copy.removeFirst();
            if (queue.take(next) == entry) {
                return ahead;
            }
            ahead++;
            if (!queue.entries.isEmpty()) {
                queue.updateDue();
                copy.add(queue);
            }
        }
    }

    private String queueKey(E entry) {
        return fair ? entry.client : "";
    }
}
