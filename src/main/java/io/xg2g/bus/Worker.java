package io.xg2g.bus;

import java.time.InstantSource;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Virtual thread that takes messages of a group and calls the handler of one member. While it works it holds one of the permits
 * that all workers share. Without work it spins, then parks for a short time, then sleeps until it is woken; how far it goes
 * depends on how often the cheaper step succeeded ({@link AdaptiveSpin}).
 */
final class Worker implements Runnable {

    /** State shared by all workers; {@code idle} is called when one has no work. */
    record WorkerPool(Semaphore permits, InstantSource clock, Runnable idle) {}

    /** Number of messages after which a worker releases its permit to the next one. */
    private static final int BATCH_SIZE = 64;

    /**
     * Time to spin before sleeping: a little longer than a wake-up takes. Messages often arrive in bursts, and waking a thread is
     * the largest part of the cost of publishing.
     */
    private static final long SPIN_NANOS = 20_000;

    /**
     * Time to park where a wake-up would follow at once: the worker then finds several messages. Needed where publisher and worker
     * share one CPU, so that nothing arrives while the worker spins.
     */
    private static final long PARK_NANOS = 50_000;

    /** Maximum length of a sleep that indicates a burst. */
    private static final long SHORT_SLEEP_NANOS = 100_000;

    private static final ThreadLocal<@Nullable Worker> CURRENT = new ThreadLocal<>();

    private final WorkerPool pool;
    private final Group group;
    private final Member member;
    private final Topic topic;
    private final AtomicBoolean asleep = new AtomicBoolean();
    private final Thread thread;
    private final AdaptiveSpin spinning = new AdaptiveSpin();
    private final AdaptiveSpin parking = new AdaptiveSpin();
    private boolean busy;
    private volatile boolean ended;

    Worker(WorkerPool pool, Group group, Member member) {
        this.pool = pool;
        this.group = group;
        this.member = member;
        this.topic = group.topic;
        this.thread = Thread.ofVirtual().name("bus-" + topic.name).unstarted(this);
    }

    /** Returns the worker of the calling thread, or {@code null}. */
    static @Nullable Worker current() {
        return CURRENT.get();
    }

    void start() {
        thread.start();
    }

    /** Ends the worker after the current message. */
    void end() {
        ended = true;
        wake();
    }

    void interrupt() {
        thread.interrupt();
    }

    /** Wakes the worker; returns whether it was sleeping. */
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

    /** Releases the permit while the handler waits for other workers. */
    void pause() {
        pool.permits.release();
    }

    void resume() {
        pool.permits.acquireUninterruptibly();
    }

    @Override
    public void run() {
        CURRENT.set(this);
        try {
            while (!ended) {
                pool.permits.acquireUninterruptibly();
                try {
                    handleBatch();
                } finally {
                    pool.permits.release();
                }
                rest();
            }
        } finally {
            topic.workerEnded(this);
            group.leave();
            pool.idle.run();
        }
    }

    private void handleBatch() {
        int handled = 0;
        while (handled < BATCH_SIZE && !ended && handleNext()) {
            handled++;
        }
    }

    private boolean handleNext() {
        Group.PendingRetry retry = group.takeRetry();
        if (retry != null) {
            deliver(retry.message(), retry.attempt());
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
        if (message.ttl() != null && message.expired(pool.clock.instant())) {
            topic.expired.increment();
        } else if (!succeeds(message, attempt)) {
            return;
        }
        group.settled(attempt);
    }

    /** Returns whether the delivery has ended: handled, filtered, or failed permanently. */
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
            // Errors too: an AssertionError or StackOverflowError of one handler must not end the worker.
            return !topic.failed(group, message, attempt, failure);
        } finally {
            // Clears the interrupt status for the next message.
            Thread.interrupted();
        }
    }

    private void rest() {
        Thread.interrupted();
        if (!spins() && !parks()) {
            sleep();
        }
    }

    /** Spins; returns whether work arrived. */
    private boolean spins() {
        if (!spinning.isDue()) {
            return false;
        }
        long since = System.nanoTime();
        boolean found = hasWork();
        while (!found && System.nanoTime() - since < SPIN_NANOS) {
            Thread.onSpinWait();
            found = hasWork();
        }
        spinning.settle(found);
        return found;
    }

    private boolean parks() {
        if (!busy || !parking.isDue()) {
            return false;
        }
        LockSupport.parkNanos(this, PARK_NANOS);
        parking.settle(group.waiting() > 1);
        return hasWork();
    }

    private void sleep() {
        long since = System.nanoTime();
        asleep.set(true);
        if (hasWork()) {
            asleep.set(false);
            return;
        }
        pool.idle.run();
        while (asleep.get()) {
            LockSupport.park(this);
            // Otherwise park() would return at once from now on.
            Thread.interrupted();
        }
        busy = System.nanoTime() - since < SHORT_SLEEP_NANOS;
    }

    private boolean hasWork() {
        return ended || group.hasWork();
    }
}
