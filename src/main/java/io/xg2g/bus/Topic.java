package io.xg2g.bus;

import io.xg2g.schedule.TimeSource;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Topic: a {@link PriorityRing} for each priority in use, and the groups that read them. Thread-safe.
 *
 * <p>Publishing is lock-free. The lock serves changes of groups and rings, stopping, and waiting for space. A change of the groups
 * freezes the rings, which orders it against all messages.
 */
final class Topic {
    private static final int LEVELS = Message.HIGHEST_PRIORITY + 1;

    final String name;
    final LongAdder delivered = new LongAdder();
    final LongAdder errors = new LongAdder();
    final LongAdder expired = new LongAdder();
    final LongAdder filtered = new LongAdder();
    private final LongAdder deadLetters = new LongAdder();
    private final LongAdder unrouted = new LongAdder();

    private final int buffer;
    private final Worker.WorkerPool pool;
    private final TimeSource time;
    private final DeadLetters deadLetterQueue;
    private final ReentrantLock lock = new ReentrantLock();

    /** Workers whose threads have not ended. */
    private final Set<Worker> working = ConcurrentHashMap.newKeySet();

    /** Highest priority first. This and the following fields are written under the lock. */
    private volatile PriorityRing[] rings = {};

    private volatile Group[] groups = {};
    private boolean open;

    Topic(String name, int buffer, boolean open, Worker.WorkerPool pool, TimeSource time, DeadLetters deadLetterQueue) {
        this.name = name;
        this.buffer = buffer;
        this.open = open;
        this.pool = pool;
        this.time = time;
        this.deadLetterQueue = deadLetterQueue;
    }

    /** Publishes a message; with {@code always} also while the bus is stopping. */
    void publish(Message message, boolean always) throws InterruptedException {
        PriorityRing ring = ring(message.priority());
        long position = ring.claim(false);
        if (position < 0) {
            position = awaitPosition(ring, always);
        }
        enter(ring, position, message);
    }

    private void enter(PriorityRing ring, long position, Message message) {
        Group[] all = groups;
        boolean routed = false;
        for (Group group : all) {
            routed |= group.reads(ring, position);
        }
        if (!routed) {
            unrouted.increment();
            return;
        }
        ring.fill(position, message);
        for (Group group : all) {
            group.wake(position);
        }
    }

    private long awaitPosition(PriorityRing ring, boolean always) throws InterruptedException {
        // A handler that waits here releases its permit to the handlers that it waits for.
        Worker worker = Worker.current();
        if (worker == null) {
            return awaitSpace(ring, always);
        }
        worker.pause();
        try {
            return awaitSpace(ring, always);
        } finally {
            worker.resume();
        }
    }

    private long awaitSpace(PriorityRing ring, boolean always) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            ring.blocked.incrementAndGet();
            while (open || always) {
                long position = ring.claim(always);
                if (position >= 0) {
                    return position;
                }
                ring.notFull.await();
            }
            throw new BusStoppedException(name);
        } finally {
            ring.blocked.decrementAndGet();
            lock.unlock();
        }
    }

    /** Called when a group has taken a message of a ring. */
    void consumed(PriorityRing ring) {
        if (ring.blocked.get() > 0) {
            lock.lock();
            try {
                ring.notFull.signal();
            } finally {
                lock.unlock();
            }
        }
    }

    PriorityRing[] rings() {
        return rings;
    }

    int buffer() {
        return buffer;
    }

    private PriorityRing ring(int priority) {
        PriorityRing ring = find(priority);
        return ring == null ? addRing(priority) : ring;
    }

    private @Nullable PriorityRing find(int priority) {
        for (PriorityRing ring : rings) {
            if (ring.priority == priority) {
                return ring;
            }
        }
        return null;
    }

    private PriorityRing addRing(int priority) {
        lock.lock();
        try {
            PriorityRing known = find(priority);
            if (known != null) {
                return known;
            }
            PriorityRing ring = new PriorityRing(priority, buffer, !open, lock.newCondition(), () -> groups);
            rings = Stream.concat(Arrays.stream(rings), Stream.of(ring))
                    .sorted(Comparator.comparingInt((PriorityRing one) -> one.priority)
                            .reversed())
                    .toArray(PriorityRing[]::new);
            return ring;
        } finally {
            lock.unlock();
        }
    }

    Subscription subscribe(@Nullable String group, SubscriptionOptions options, Handler handler) {
        lock.lock();
        try {
            Group joined = Arrays.stream(groups)
                    .filter(one -> one.isNamed(group))
                    .findFirst()
                    .orElseGet(() -> addGroup(group, options));
            if (!joined.options.equals(options)) {
                throw new IllegalArgumentException(
                        "the group exists with other options: topic=%s group=%s".formatted(name, group));
            }
            Member member = new Member(joined, handler);
            Worker[] workers = IntStream.range(0, options.concurrency())
                    .mapToObj(_ -> new Worker(pool, joined, member))
                    .toArray(Worker[]::new);
            joined.add(workers);
            working.addAll(Arrays.asList(workers));
            for (Worker worker : workers) {
                worker.start();
            }
            return member;
        } finally {
            lock.unlock();
        }
    }

    private Group addGroup(@Nullable String group, SubscriptionOptions options) {
        for (PriorityRing ring : rings) {
            ring.freeze();
        }
        long[] starts = new long[LEVELS];
        for (PriorityRing ring : rings) {
            starts[ring.priority] = ring.tail();
        }
        Group added = new Group(this, group, options, starts);
        groups = Stream.concat(Arrays.stream(groups), Stream.of(added)).toArray(Group[]::new);
        if (open) {
            thaw();
        }
        return added;
    }

    void unsubscribe(Member member) {
        lock.lock();
        try {
            Group group = member.group();
            Worker[] leaving =
                    working.stream().filter(worker -> worker.worksFor(member)).toArray(Worker[]::new);
            if (!group.remove(member)) {
                return;
            }
            for (Worker worker : leaving) {
                worker.end();
            }
            if (group.isEmpty()) {
                groups = Arrays.stream(groups).filter(one -> one != group).toArray(Group[]::new);
                signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Called when the thread of a worker ends. */
    void workerEnded(Worker worker) {
        working.remove(worker);
    }

    void schedule(Duration after, Runnable action) {
        time.schedule(after, action);
    }

    /** Handles a failed delivery: schedules a retry, or publishes a dead letter; returns whether it is retried. */
    boolean failed(Group group, Message message, int attempt, Throwable failure) {
        errors.increment();
        if (group.retry(message, attempt)) {
            return true;
        }
        deadLetters.increment();
        deadLetterQueue.publish(group, message, attempt, failure);
        return false;
    }

    void open() {
        lock.lock();
        try {
            open = true;
            thaw();
        } finally {
            lock.unlock();
        }
    }

    private void thaw() {
        for (PriorityRing ring : rings) {
            ring.thaw();
        }
    }

    /** Rejects further messages and fails the publishers that wait for space. */
    void close() {
        lock.lock();
        try {
            open = false;
            for (PriorityRing ring : rings) {
                ring.freeze();
            }
            signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Drops waiting messages and interrupts running handlers. */
    void discard() {
        lock.lock();
        try {
            for (Group group : groups) {
                group.discard();
            }
            working.forEach(Worker::interrupt);
            signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void signalAll() {
        for (PriorityRing ring : rings) {
            ring.notFull.signalAll();
        }
    }

    void endSubscriptions() {
        working.stream().map(Worker::member).distinct().forEach(this::unsubscribe);
    }

    /**
     * Returns whether all accepted messages have been handled. The order of the checks matters: a message taken before the first
     * check is handled, waits for a retry, or keeps its worker awake.
     */
    boolean isSettled() {
        return Arrays.stream(groups).allMatch(group -> group.waiting() == 0)
                && working.stream().allMatch(Worker::isAsleep)
                && Arrays.stream(groups).allMatch(group -> group.pendingRetries() == 0);
    }

    /** Returns the number of accepted messages. */
    long published() {
        return Arrays.stream(rings).mapToLong(PriorityRing::tail).sum();
    }

    BusStats stats() {
        Group[] all = groups;
        return new BusStats(
                published(),
                unrouted.sum(),
                delivered.sum(),
                errors.sum(),
                deadLetters.sum(),
                expired.sum(),
                filtered.sum(),
                Arrays.stream(all).mapToInt(Group::members).sum(),
                Arrays.stream(all).mapToLong(Group::waiting).max().orElse(0)
                        + Arrays.stream(all).mapToLong(Group::pendingRetries).sum());
    }
}
