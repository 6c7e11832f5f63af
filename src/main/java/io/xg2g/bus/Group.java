package io.xg2g.bus;

import java.util.Arrays;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Those who share the messages of a topic: each one goes to the first of their workers that comes for it. A subscriber
 * without a group is one alone.
 */
final class Group {

    /** A delivery that failed and is due again. */
    record Repeat(Message message, int attempt) {}

    final Topic topic;
    final @Nullable String name;
    final SubscriptionOptions options;

    private final long[] starts;
    private final AtomicLongArray cursors;
    private final Queue<Repeat> due = new ConcurrentLinkedQueue<>();

    /** Deliveries that wait to be repeated, are due, or are being repeated. */
    private final AtomicInteger repeating = new AtomicInteger();

    private volatile Worker[] workers = {};

    /** How often what waited has been forgotten. */
    private final AtomicInteger cuts = new AtomicInteger();

    /** @param starts for each priority the first position that the group reads */
    Group(Topic topic, @Nullable String name, SubscriptionOptions options, long[] starts) {
        this.topic = topic;
        this.name = name;
        this.options = options;
        this.starts = starts;
        this.cursors = new AtomicLongArray(starts);
    }

    /** Whether the message at that position is one for this group, which may have come later. */
    boolean reads(PriorityRing lane, long position) {
        return starts[lane.priority] <= position;
    }

    /** The position of the next message of that priority. */
    long cursor(int priority) {
        return cursors.get(priority);
    }

    /** The next message, and no other worker gets it. */
    @Nullable
    Message take() {
        for (PriorityRing lane : topic.lanes()) {
            long position = cursors.get(lane.priority);
            Message message = lane.at(position);
            while (message != null) {
                // Until the cursor moves on, no publisher writes to its slot: what was read is whole.
                if (cursors.compareAndSet(lane.priority, position, position + 1)) {
                    topic.moved(lane);
                    return message;
                }
                position = cursors.get(lane.priority);
                message = lane.at(position);
            }
        }
        return null;
    }

    @Nullable
    Repeat takeRepeat() {
        return due.poll();
    }

    boolean hasWork() {
        for (PriorityRing lane : topic.lanes()) {
            if (lane.at(cursors.get(lane.priority)) != null) {
                return true;
            }
        }
        return !due.isEmpty();
    }

    /** Wakes a worker that sleeps, if there is one; which one is tried first changes with the turn. */
    void wake(long turn) {
        Worker[] all = workers;
        if (all.length == 1) {
            all[0].wake();
            return;
        }
        for (int i = 0; i < all.length; i++) {
            if (all[(int) ((turn + i) % all.length)].wake()) {
                return;
            }
        }
    }

    /** Lets a further worker help, where there are several and work is left. */
    void share() {
        if (workers.length > 1 && hasWork()) {
            wake(0);
        }
    }

    /** Has a failed delivery repeated after a while, unless too many wait for that already. */
    boolean repeat(Message message, int attempt) {
        if (attempt > options.retry().times()) {
            return false;
        }
        if (attempt == 1 && repeating.incrementAndGet() > topic.buffer()) {
            repeating.decrementAndGet();
            return false;
        }
        int before = cuts.get();
        topic.later(options.retry().after(attempt), () -> {
            if (cuts.get() != before) {
                repeating.decrementAndGet();
                return;
            }
            due.add(new Repeat(message, attempt + 1));
            wake(0);
        });
        return true;
    }

    /** A delivery has been handled or given up for good. */
    void settled(int attempt) {
        if (attempt > 1) {
            repeating.decrementAndGet();
        }
    }

    int repeating() {
        return repeating.get();
    }

    /** How many messages it has not yet taken. */
    long waiting() {
        long waiting = 0;
        for (PriorityRing lane : topic.lanes()) {
            long cursor = cursors.get(lane.priority);
            waiting += lane.tail() - cursor;
        }
        return waiting;
    }

    /** Forgets what waits, to be repeated too. */
    void cut() {
        cuts.incrementAndGet();
        for (PriorityRing lane : topic.lanes()) {
            long tail = lane.tail();
            cursors.accumulateAndGet(lane.priority, tail, Math::max);
        }
        while (due.poll() != null) {
            repeating.decrementAndGet();
        }
    }

    void add(Worker[] more) {
        workers = Stream.of(workers, more).flatMap(Arrays::stream).toArray(Worker[]::new);
    }

    /** Returns whether it was a member. */
    boolean remove(Member member) {
        Worker[] before = workers;
        workers =
                Arrays.stream(before).filter(worker -> !worker.worksFor(member)).toArray(Worker[]::new);
        return workers.length < before.length;
    }

    int members() {
        return workers.length / options.concurrency();
    }

    boolean isEmpty() {
        return workers.length == 0;
    }

    boolean isNamed(@Nullable String group) {
        return name != null && Objects.equals(name, group);
    }
}
