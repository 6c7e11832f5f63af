package io.xg2g.queue;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Decides how long the leader of a batch waits for other threads. Threads that add again as soon as their record is synced
 * would otherwise form two groups that take turns, and each sync would carry half of them. The leader waits until as many
 * threads have joined as the batch before carried, and at most half as long as a sync takes.
 */
final class GroupCommit {
    private static final long LONGEST = TimeUnit.MILLISECONDS.toNanos(2);

    /** Weight of the latest sync in the average. */
    private static final double WEIGHT = 0.1;

    /** All guarded by the append lock. */
    private @Nullable Condition joined;

    private int expected;

    private @Nullable Batch before;

    private volatile double averageNanos;

    /** A thread is going to wait for a batch. Called with the append lock. */
    void joined(Batch batch) {
        batch.waiting++;
        if (joined != null && batch.waiting >= expected) {
            joined.signal();
        }
    }

    /** Waits for other threads to join a batch that is still filled. */
    void gather(ReentrantLock appendLock, Batch batch) {
        appendLock.lock();
        try {
            if (joined == null) {
                joined = appendLock.newCondition();
            }
            expected = before == null ? 0 : before.waiting;
            long left = Math.min((long) averageNanos / 2, LONGEST);
            while (left > 0 && batch.waiting < expected && !batch.isDone()) {
                left = joined.awaitNanos(left);
            }
            before = batch;
        } catch (InterruptedException enough) {
            Thread.currentThread().interrupt();
        } finally {
            appendLock.unlock();
        }
    }

    /** A sync took these nanoseconds. Called with the I/O lock. */
    void synced(long nanos) {
        double average = averageNanos;
        averageNanos = average + WEIGHT * (nanos - average);
    }
}
