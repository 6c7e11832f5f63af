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
 * Consumer group: a cursor for each priority, and the workers of its members, which compete for the messages. A subscriber without
 * a group has an unnamed group of its own. Thread-safe; members are changed under the topic's lock.
 */
final class Group {

    /** Retry of a failed delivery. */
    record PendingRetry(Message message, int attempt) {}

    final Topic topic;
    final @Nullable String name;
    final SubscriptionOptions options;

    private final long[] starts;
    private final AtomicLongArray cursors;
    private final Queue<PendingRetry> due = new ConcurrentLinkedQueue<>();

    /** Number of retries that are scheduled, due or running. */
    private final AtomicInteger pendingRetries = new AtomicInteger();

    private volatile Worker[] workers = {};

    /** Number of calls of {@link #discard}; retries scheduled before the latest one are void. */
    private final AtomicInteger discards = new AtomicInteger();

    /** @param starts first position to read, for each priority */
    Group(Topic topic, @Nullable String name, SubscriptionOptions options, long[] starts) {
        this.topic = topic;
        this.name = name;
        this.options = options;
        this.starts = starts;
        this.cursors = new AtomicLongArray(starts);
    }

    /** Returns whether the group existed when the position was claimed. */
    boolean reads(PriorityRing ring, long position) {
        return starts[ring.priority] <= position;
    }

    /** Returns the position of the next message of a priority. */
    long cursor(int priority) {
        return cursors.get(priority);
    }

    /** Takes the next message for one worker, or returns {@code null}. */
    @Nullable
    Message take() {
        for (PriorityRing ring : topic.rings()) {
            long position = cursors.get(ring.priority);
            Message message = ring.at(position);
            while (message != null) {
                // Publishers do not overwrite the slot before the cursor has moved on, so the message read is valid.
                if (cursors.compareAndSet(ring.priority, position, position + 1)) {
                    topic.consumed(ring);
                    return message;
                }
                position = cursors.get(ring.priority);
                message = ring.at(position);
            }
        }
        return null;
    }

    @Nullable
    PendingRetry takeRetry() {
        return due.poll();
    }

    boolean hasWork() {
        for (PriorityRing ring : topic.rings()) {
            if (ring.at(cursors.get(ring.priority)) != null) {
                return true;
            }
        }
        return !due.isEmpty();
    }

    /** Wakes one sleeping worker, if any; {@code start} selects the one to try first. */
    void wake(long start) {
        Worker[] all = workers;
        if (all.length == 1) {
            all[0].wake();
            return;
        }
        for (int i = 0; i < all.length; i++) {
            if (all[(int) ((start + i) % all.length)].wake()) {
                return;
            }
        }
    }

    /** Wakes another worker if messages are left; called by a worker. */
    void share() {
        if (workers.length > 1) {
            leave();
        }
    }

    /** Wakes a worker if messages are left; called by one that has ended, which may have been woken for them. */
    void leave() {
        if (hasWork()) {
            wake(0);
        }
    }

    /** Schedules a retry; returns false if the attempts are used up or too many retries are pending. */
    boolean retry(Message message, int attempt) {
        if (attempt > options.retry().times()) {
            return false;
        }
        if (attempt == 1 && pendingRetries.incrementAndGet() > topic.buffer()) {
            pendingRetries.decrementAndGet();
            return false;
        }
        int before = discards.get();
        topic.schedule(options.retry().after(attempt), () -> {
            if (discards.get() != before) {
                pendingRetries.decrementAndGet();
                return;
            }
            due.add(new PendingRetry(message, attempt + 1));
            wake(0);
        });
        return true;
    }

    /** Ends a delivery that was handled or failed permanently. */
    void settled(int attempt) {
        if (attempt > 1) {
            pendingRetries.decrementAndGet();
        }
    }

    int pendingRetries() {
        return pendingRetries.get();
    }

    /** Returns the number of messages not yet taken. */
    long waiting() {
        long waiting = 0;
        for (PriorityRing ring : topic.rings()) {
            long cursor = cursors.get(ring.priority);
            waiting += ring.tail() - cursor;
        }
        return waiting;
    }

    /** Drops waiting messages and retries. */
    void discard() {
        discards.incrementAndGet();
        for (PriorityRing ring : topic.rings()) {
            long tail = ring.tail();
            cursors.accumulateAndGet(ring.priority, tail, Math::max);
        }
        while (due.poll() != null) {
            pendingRetries.decrementAndGet();
        }
    }

    void add(Worker[] more) {
        workers = Stream.of(workers, more).flatMap(Arrays::stream).toArray(Worker[]::new);
    }

    /** Removes a member; returns whether it belonged to the group. */
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
