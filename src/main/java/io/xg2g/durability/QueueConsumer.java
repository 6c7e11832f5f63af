package io.xg2g.durability;

import io.xg2g.queue.Delivery;
import io.xg2g.queue.HybridQueue;
import io.xg2g.queue.QueueException;
import io.xg2g.schedule.TimeSource;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * Takes items from a queue, and gives each to a thread, a bounded number at once. Thread-safe.
 *
 * @param <T> kind of item
 */
public final class QueueConsumer<T> {
    private static final Logger LOG = Logger.getLogger(QueueConsumer.class);
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(5);

    private final String items;
    private final HybridQueue<T> queue;
    private final Executor threads;
    private final Consumer<Delivery<T>> work;
    private final TimeSource time;
    private final Semaphore free;
    private volatile boolean closed;

    /**
     * Creates a consumer; nothing is taken before {@link #run}.
     *
     * @param items name of the items in the log, in the plural
     * @param atOnce maximum number of items under way
     * @param threads runs the work on an item
     * @param work acknowledges the delivery, or puts it back
     */
    public QueueConsumer(String items, HybridQueue<T> queue, int atOnce, Executor threads, Consumer<Delivery<T>> work) {
        this(items, queue, atOnce, threads, work, TimeSource.SYSTEM);
    }

    QueueConsumer(
            String items,
            HybridQueue<T> queue,
            int atOnce,
            Executor threads,
            Consumer<Delivery<T>> work,
            TimeSource time) {
        this.items = items;
        this.queue = queue;
        this.threads = threads;
        this.work = work;
        this.time = time;
        this.free = new Semaphore(atOnce);
    }

    /** Takes items until {@link #close}, the queue is closed, or the thread is interrupted; blocks. */
    public void run() {
        try {
            while (!closed) {
                try {
                    step(POLL);
                } catch (QueueException.Closed end) {
                    return;
                } catch (QueueException failure) {
                    LOG.errorf("%s not taken from the queue, tried again: error=%s", items, failure.getMessage());
                    time.sleep(AFTER_FAILURE);
                } catch (RuntimeException bug) {
                    // Without this thread nothing would be taken any more.
                    LOG.errorf(bug, "%s not taken from the queue, tried again", items);
                    time.sleep(AFTER_FAILURE);
                }
            }
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Takes one item, waiting for it at most so long, and begins the work on it.
     *
     * @return whether there was one
     */
    public boolean step(Duration timeout) throws InterruptedException {
        free.acquire();
        Optional<Delivery<T>> next = Optional.empty();
        try {
            next = queue.take(timeout);
        } finally {
            if (next.isEmpty()) {
                free.release();
            }
        }
        next.ifPresent(delivery -> threads.execute(() -> {
            try {
                work.accept(delivery);
            } finally {
                free.release();
            }
        }));
        return next.isPresent();
    }

    /** Takes nothing more; what is under way continues. */
    public void close() {
        closed = true;
    }
}
