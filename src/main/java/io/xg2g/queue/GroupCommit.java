package io.xg2g.queue;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Decides how long the leader of a batch waits for other threads. Threads that add again as soon as their record is synced
 * would otherwise form two groups that take turns, and each sync would carry half of them. The leader waits until as many
 * threads have joined as were released by the sync before or had joined during it, and at most half as long as a sync takes.
 */
final class GroupCommit {
    private static final long LONGEST = TimeUnit.MILLISECONDS.toNanos(2);

    /** Weight of the latest sync in the average. */
    private static final double WEIGHT = 0.1;

    /** All guarded by the append lock. */
    private @Nullable Condition joined;

    private int expected;

    private volatile double averageNanos;

    /** A thread is going to wait for a batch. Called with the append lock. */
    void joined(Batch batch) {
        batch.waiting++;
        if (joined != null && batch.waiting >= expected) {
            joined.signal();
        }
    }

    /** The threads of batches are going to be released; others wait for the next one meanwhile. Called with the append lock. */
    void ends(List<Batch> batches, @Nullable Batch next) {
        expected = next == null ? 0 : next.waiting;
        for (Batch batch : batches) {
            expected += batch.waiting;
        }
    }

    /** Waits for other threads to join a batch that is still filled. */
    void gather(ReentrantLock appendLock, Batch batch) {
        appendLock.lock();
        try {
            if (joined == null) {
                joined = appendLock.newCondition();
            }
            long left = Math.min((long) averageNanos / 2, LONGEST);
            while (left > 0 && batch.waiting < expected && !batch.isDone()) {
                left = joined.awaitNanos(left);
            }
        } catch (InterruptedException enough) {
            Thread.currentThread().interrupt();
        } finally {
            appendLock.unlock();
        }
    }

    /** A sync took these nanoseconds; 0 if there was none. Called with the I/O lock. */
    void synced(long nanos) {
        if (nanos > 0) {
            double average = averageNanos;
            averageNanos = average + WEIGHT * (nanos - average);
        }
    }
}
