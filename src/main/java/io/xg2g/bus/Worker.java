package io.xg2g.bus;

import java.time.InstantSource;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A virtual thread that takes the messages of a group one by one and gives them to one member's handler. While it works
 * it holds one of the permits that all workers share.
 */
final class Worker implements Runnable {

    /** What all workers have in common: the permits, the time, and who is told when one has nothing to do. */
    record Crew(Semaphore permits, InstantSource clock, Runnable rested) {}

    /** So many messages, and a worker that waits for a permit has its turn. */
    private static final int TURN = 64;

    /**
     * For so long it looks for more before it sleeps: a little longer than it takes to be woken. Messages often come close
     * together, and to wake a sleeper costs the publisher more than all else that it does.
     */
    private static final long LOOK_NANOS = 20_000;

    /**
     * For so long it naps where it would be woken at once: by itself it wakes later, to several messages. Publisher and
     * worker may share one processor, on which nothing comes while the worker looks.
     */
    private static final long NAP_NANOS = 50_000;

    /** A sleep that was no longer than this says that messages come close together. */
    private static final long SHORT_SLEEP_NANOS = 100_000;

    private static final ThreadLocal<@Nullable Worker> CURRENT = new ThreadLocal<>();

    private final Crew crew;
    private final Group group;
    private final Member member;
    private final Topic topic;
    private final AtomicBoolean asleep = new AtomicBoolean();
    private final Thread thread;
    private final AdaptiveSpin looking = new AdaptiveSpin();
    private final AdaptiveSpin napping = new AdaptiveSpin();
    private boolean busy;
    private volatile boolean ended;

    Worker(Crew crew, Group group, Member member) {
        this.crew = crew;
        this.group = group;
        this.member = member;
        this.topic = group.topic;
        this.thread = Thread.ofVirtual().name("bus-" + topic.name).unstarted(this);
    }

    /** The worker whose thread this is. */
    static @Nullable Worker current() {
        return CURRENT.get();
    }

    void start() {
        thread.start();
    }

    /** It takes no further message. */
    void end() {
        ended = true;
        wake();
    }

    void interrupt() {
        thread.interrupt();
    }

    /** Wakes it, if it sleeps. */
    boolean wake() {
        if (asleep.get() && asleep.compareAndSet(true, false)) {
            LockSupport.unpark(thread);
            return true;
        }
        return false;
    }

    boolean isAsleep() {
        return asleep.get();
    }

    Member member() {
        return member;
    }

    boolean worksFor(Member other) {
        return member == other;
    }

    /** Lets another worker work while this one waits for something that may take others to work. */
    void pause() {
        crew.permits.release();
    }

    void resume() {
        crew.permits.acquireUninterruptibly();
    }

    @Override
    public void run() {
        CURRENT.set(this);
        try {
            while (!ended) {
                crew.permits.acquireUninterruptibly();
                try {
                    takeTurn();
                } finally {
                    crew.permits.release();
                }
                rest();
            }
        } finally {
            topic.left(this);
            // It may have been woken for a message that it no longer takes.
            group.share();
            crew.rested.run();
        }
    }

    private void takeTurn() {
        int handled = 0;
        while (handled < TURN && !ended && takeOne()) {
            handled++;
        }
    }

    private boolean takeOne() {
        Group.Repeat repeat = group.takeRepeat();
        if (repeat != null) {
            deliver(repeat.message(), repeat.attempt());
            return true;
        }
        Message message = group.take();
        if (message == null) {
            return false;
        }
        group.share();
        deliver(message, 1);
        return true;
    }

    private void deliver(Message message, int attempt) {
        if (message.ttl() != null && message.expired(crew.clock.instant())) {
            topic.expired.increment();
        } else if (!succeeds(message, attempt)) {
            return;
        }
        group.settled(attempt);
    }

    /** Whether the delivery is over: handled, not wanted, or given up. */
    private boolean succeeds(Message message, int attempt) {
        try {
            if (group.options.filter().test(message)) {
                member.handler.handle(message);
                topic.delivered.increment();
            } else {
                topic.filtered.increment();
            }
            return true;
        } catch (Throwable failure) {
            // Errors too: an assertion or a stack overflow of one handler is no reason to leave the others without one.
            return !topic.failed(group, message, attempt, failure);
        } finally {
            // The next message starts without what an interrupt has left.
            Thread.interrupted();
        }
    }

    private void rest() {
        Thread.interrupted();
        if (!looks() && !naps()) {
            sleep();
        }
    }

    /** Whether it has found something to do. */
    private boolean looks() {
        if (!looking.isDue()) {
            return false;
        }
        long since = System.nanoTime();
        boolean found = hasToGoOn();
        while (!found && System.nanoTime() - since < LOOK_NANOS) {
            Thread.onSpinWait();
            found = hasToGoOn();
        }
        looking.settle(found);
        return found;
    }

    private boolean naps() {
        if (!busy || !napping.isDue()) {
            return false;
        }
        LockSupport.parkNanos(this, NAP_NANOS);
        napping.settle(group.waiting() > 1);
        return hasToGoOn();
    }

    private void sleep() {
        long since = System.nanoTime();
        asleep.set(true);
        if (hasToGoOn()) {
            asleep.set(false);
            return;
        }
        crew.rested.run();
        while (asleep.get()) {
            LockSupport.park(this);
            // An interrupt would end every further sleep at once.
            Thread.interrupted();
        }
        busy = System.nanoTime() - since < SHORT_SLEEP_NANOS;
    }

    private boolean hasToGoOn() {
        return ended || group.hasWork();
    }
}
