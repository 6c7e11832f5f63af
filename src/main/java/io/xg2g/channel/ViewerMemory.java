package io.xg2g.channel;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Memory budget of all bytes that wait for viewers of continuous streams: a quarter of the heap, shared equally by the
 * broadcasts that have viewers, and half as much again for segments that are made into a stream for one viewer each. What waits for a viewer is the end of its broadcast, in arrays that all of its viewers share;
 * so the bound on one viewer is the bound on all viewers of its broadcast. Thread-safe.
 */
public final class ViewerMemory {
    /** Bytes that may wait for one viewer: several seconds of any broadcast. */
    static final long MOST_BYTES = 16L << 20;

    /** Of this program's heap. */
    public static final ViewerMemory OF_THE_HEAP =
            new ViewerMemory(Runtime.getRuntime().maxMemory() / 4);

    private final long budget;
    private final AtomicInteger broadcasts = new AtomicInteger();
    private final AtomicLong reserved = new AtomicLong();

    /** A budget in bytes. */
    ViewerMemory(long budget) {
        this.budget = budget;
    }

    /** A broadcast has its first viewer. */
    void begins() {
        broadcasts.incrementAndGet();
    }

    /** A broadcast has no viewer any more. */
    void ends() {
        broadcasts.decrementAndGet();
    }

    /** Bytes that may wait for each viewer at present: 0 to 16 MB. */
    long share() {
        return Math.min(MOST_BYTES, budget / Math.max(1, broadcasts.get()));
    }

    /**
     * Sets bytes aside for what is made for one viewer alone; all of them together may be half of the budget.
     *
     * @return whether there was room; then {@link #release} gives them back
     */
    public boolean reserve(long bytes) {
        if (reserved.addAndGet(bytes) > budget / 2) {
            reserved.addAndGet(-bytes);
            return false;
        }
        return true;
    }

    /** Gives back what was {@linkplain #reserve reserved}. */
    public void release(long bytes) {
        reserved.addAndGet(-bytes);
    }

    /** Bytes that one broadcast may keep to begin with, whether it has viewers or not: a sixteenth of the budget. */
    long entrance() {
        return budget / 16;
    }
}
