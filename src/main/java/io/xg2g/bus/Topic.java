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
 * A topic: a {@link PriorityRing} for each priority in use, and the groups that read them.
 *
 * <p>Publishing takes no lock. The lock is for what is rare: a change of the groups or lanes, stopping, and waiting for
 * room. A change freezes the lanes, so that a message is either before it or after it.
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
    private final Worker.Crew crew;
    private final TimeSource time;
    private final DeadLetters dead;
    private final ReentrantLock lock = new ReentrantLock();

    /** Every worker whose thread has not ended. */
    private final Set<Worker> working = ConcurrentHashMap.newKeySet();

    /** Highest priority first. Written with the lock held, as all that follows. */
    private volatile PriorityRing[] lanes = {};

    private volatile Group[] groups = {};
    private boolean open;

    Topic(String name, int buffer, boolean open, Worker.Crew crew, TimeSource time, DeadLetters dead) {
        this.name = name;
        this.buffer = buffer;
        this.open = open;
        this.crew = crew;
        this.time = time;
        this.dead = dead;
    }

    /** Publishes a message; {@code always}: even if the bus is stopping. */
    void publish(Message message, boolean always) throws InterruptedException {
        PriorityRing lane = lane(message.priority());
        long position = lane.claim(groups, false);
        if (position < 0) {
            position = awaitPosition(lane, always);
        }
        enter(lane, position, message);
    }

    private void enter(PriorityRing lane, long position, Message message) {
        Group[] all = groups;
        boolean routed = false;
        for (Group group : all) {
            routed |= group.reads(lane, position);
        }
        if (!routed) {
            unrouted.increment();
            return;
        }
        lane.fill(position, message);
        for (Group group : all) {
            group.wake(position);
        }
    }

    private long awaitPosition(PriorityRing lane, boolean always) throws InterruptedException {
        // A handler that waits here may wait for other handlers.
        Worker worker = Worker.current();
        if (worker == null) {
            return sleepUntilRoom(lane, always);
        }
        worker.pause();
        try {
            return sleepUntilRoom(lane, always);
        } finally {
            worker.resume();
        }
    }

    private long sleepUntilRoom(PriorityRing lane, boolean always) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            lane.blocked.incrementAndGet();
            while (open || always) {
                long position = lane.claim(groups, always);
                if (position >= 0) {
                    return position;
                }
                lane.room.await();
            }
            throw new BusStoppedException(name);
        } finally {
            lane.blocked.decrementAndGet();
            lock.unlock();
        }
    }

    /** A group has taken a message of that lane. */
    void moved(PriorityRing lane) {
        if (lane.blocked.get() > 0) {
            lock.lock();
            try {
                lane.room.signal();
            } finally {
                lock.unlock();
            }
        }
    }

    PriorityRing[] lanes() {
        return lanes;
    }

    int buffer() {
        return buffer;
    }

    private PriorityRing lane(int priority) {
        PriorityRing lane = find(priority);
        return lane == null ? addLane(priority) : lane;
    }

    private @Nullable PriorityRing find(int priority) {
        for (PriorityRing lane : lanes) {
            if (lane.priority == priority) {
                return lane;
            }
        }
        return null;
    }

    private PriorityRing addLane(int priority) {
        lock.lock();
        try {
            PriorityRing known = find(priority);
            if (known != null) {
                return known;
            }
            PriorityRing lane = new PriorityRing(priority, buffer, !open, lock.newCondition());
            lanes = Stream.concat(Arrays.stream(lanes), Stream.of(lane))
                    .sorted(Comparator.comparingInt((PriorityRing one) -> one.priority).reversed())
                    .toArray(PriorityRing[]::new);
            return lane;
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
                        "the group has other options: topic=%s group=%s".formatted(name, group));
            }
            Member member = new Member(joined, handler);
            Worker[] workers = IntStream.range(0, options.concurrency())
                    .mapToObj(_ -> new Worker(crew, joined, member))
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
        for (PriorityRing lane : lanes) {
            lane.freeze();
        }
        long[] starts = new long[LEVELS];
        for (PriorityRing lane : lanes) {
            starts[lane.priority] = lane.tail();
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

    /** A worker's thread ends. */
    void left(Worker worker) {
        working.remove(worker);
    }

    void later(Duration after, Runnable action) {
        time.schedule(after, action);
    }

    /** A delivery failed. Returns whether it will be repeated; otherwise it is a dead letter now. */
    boolean failed(Group group, Message message, int attempt, Throwable failure) {
        errors.increment();
        if (group.repeat(message, attempt)) {
            return true;
        }
        deadLetters.increment();
        dead.bury(group, message, attempt, failure);
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
        for (PriorityRing lane : lanes) {
            lane.thaw();
        }
    }

    /** Takes no more messages, and lets go those who wait for room. */
    void shut() {
        lock.lock();
        try {
            open = false;
            for (PriorityRing lane : lanes) {
                lane.freeze();
            }
            signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Forgets what waits and interrupts what runs. */
    void cut() {
        lock.lock();
        try {
            for (Group group : groups) {
                group.cut();
            }
            working.forEach(Worker::interrupt);
            signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void signalAll() {
        for (PriorityRing lane : lanes) {
            lane.room.signalAll();
        }
    }

    void endSubscriptions() {
        working.stream().map(Worker::member).distinct().forEach(this::unsubscribe);
    }

    /**
     * Whether everything accepted has been settled. The order of the looks matters: what was taken before the first is
     * settled, waits to be repeated, or keeps its worker awake.
     */
    boolean isSettled() {
        return Arrays.stream(groups).allMatch(group -> group.waiting() == 0)
                && working.stream().allMatch(Worker::isAsleep)
                && Arrays.stream(groups).allMatch(group -> group.repeating() == 0);
    }

    /** How many messages have been accepted. */
    long published() {
        return Arrays.stream(lanes).mapToLong(PriorityRing::tail).sum();
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
                        + Arrays.stream(all).mapToLong(Group::repeating).sum());
    }
}
