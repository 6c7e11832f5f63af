package io.xg2g.queue;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Syncs what a log has written, and knows how much that is.
 *
 * <p>With {@link Durability#ASYNC} the latest segment is also synced beside the threads that write, whenever a share of a segment has
 * been written since ({@link #beginWhereDue}). So the disk works while items are added, and little is left when the segment is complete and
 * has to be synced before the next one is created.
 *
 * <p>One sync at a time, since the operating system reports a failed one only once: a second one beside it could succeed. The
 * failure is noted before the next sync may begin, which fails then.
 *
 * <p>Thread-safe. Its lock is taken after the I/O lock of the log and before the append lock.
 */
final class LogSync {
    /** Syncs of a segment beside the threads that write, at most. */
    private static final int SHARES = 8;

    private final SegmentFiles files;
    private final Durability durability;
    private final LogHealth health;
    private final QueueListener listener;
    private final long share;

    /** Held while a file is synced. */
    private final ReentrantLock lock = new ReentrantLock();

    /** Bytes that were written since the log was opened. */
    private final AtomicLong written = new AtomicLong();

    /** Those of them that are synced. Written with the lock. */
    private volatile long synced;

    /** Whether a sync beside the threads that write was begun, and has not ended. */
    private final AtomicBoolean beside = new AtomicBoolean();

    /** Guarded by the lock. */
    private boolean closed;

    LogSync(SegmentFiles files, Durability durability, int segmentBytes, LogHealth health, QueueListener listener) {
        this.files = files;
        this.durability = durability;
        this.health = health;
        this.listener = listener;
        share = Math.max(1, segmentBytes / SHARES);
        if (durability == Durability.NONE && !files.complete().isEmpty()) {
            // An earlier process may have written them without a sync.
            written(1);
        }
    }

    /** Bytes were written to the latest segment. Called with the I/O lock of the log. */
    void written(long bytes) {
        written.addAndGet(bytes);
    }

    /**
     * Begins a sync of the latest segment beside the threads that write, where it is due and none has begun that has not ended.
     *
     * @param sync calls {@link #sync}, and ends the log if that fails
     */
    void beginWhereDue(Runnable sync) {
        boolean due = durability == Durability.ASYNC && written.get() - synced >= share;
        if (due && beside.compareAndSet(false, true)) {
            files.runBeside(() -> {
                try {
                    sync.run();
                } finally {
                    beside.set(false);
                }
            });
        }
    }

    /**
     * Syncs all that was written before. Called with the I/O lock of the log, but with {@link Durability#ASYNC}: a segment is
     * synced before it is complete then, so that only the latest one has to be.
     *
     * @return duration in nanoseconds, 0 if nothing was to be done
     * @throws QueueException.Failed if it failed, or an earlier one had; the caller ends the log
     */
    long sync() {
        lock.lock();
        try {
            health.checkNotFailed();
            long upTo = written.get();
            if (closed || upTo == synced) {
                return 0;
            }
            long began = System.nanoTime();
            try {
                files.sync(durability == Durability.NONE);
            } catch (IOException failure) {
                QueueException.Failed cause = health.notSynced(files.latest().name, failure);
                health.fail(cause);
                throw cause;
            }
            synced = upTo;
            long nanos = System.nanoTime() - began;
            listener.synced(nanos);
            return nanos;
        } finally {
            lock.unlock();
        }
    }

    /** Ends; waits for a sync that is under way. */
    void close() {
        lock.lock();
        try {
            closed = true;
        } finally {
            lock.unlock();
        }
    }
}
