package io.xg2g.channel;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Memory budget of the queues of continuous streams: a quarter of the heap, divided equally among the broadcasts with
 * viewers, and half as much again for segments that are converted for single viewers. All viewers of a broadcast share
 * the queued arrays, so that the bound on one viewer is also the bound on its broadcast. Thread-safe.
 */
public final class ViewerMemory {
    /** Maximum queued bytes per viewer: several seconds of any broadcast. */
    static final long MAX_BYTES = 16L << 20;

    /** Budget of this process. */
    public static final ViewerMemory OF_THE_HEAP =
            new ViewerMemory(Runtime.getRuntime().maxMemory() / 4);

    private final long budget;
    private final AtomicInteger broadcasts = new AtomicInteger();
    private final AtomicLong reserved = new AtomicLong();

    /** Creates a budget in bytes. */
    ViewerMemory(long budget) {
        this.budget = budget;
    }

    /** Adds a broadcast, which has its first viewer. */
    void broadcastStarted() {
        broadcasts.incrementAndGet();
    }

    /** Removes a broadcast, which has no more viewers. */
    void broadcastEnded() {
        broadcasts.decrementAndGet();
    }

    /** Returns the current maximum of queued bytes per viewer: 0 to 16 MB. */
    long share() {
        return Math.min(MAX_BYTES, budget / Math.max(1, broadcasts.get()));
    }

    /**
     * Reserves bytes for data of a single viewer; all reservations together are bounded by half of the budget.
     *
     * @return whether they were reserved and must be {@linkplain #release released}
     */
    public boolean reserve(long bytes) {
        if (reserved.addAndGet(bytes) > budget / 2) {
            reserved.addAndGet(-bytes);
            return false;
        }
        return true;
    }

    /** Releases {@linkplain #reserve reserved} bytes. */
    public void release(long bytes) {
        reserved.addAndGet(-bytes);
    }

    /** Returns the size of a broadcast's join point buffer, with or without viewers: a sixteenth of the budget. */
    long joinPointBytes() {
        return budget / 16;
    }
}
