package io.xg2g.transcode;

import io.xg2g.dispatch.Priority;
import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Semaphore that grants permits by priority level, then first come, first served. Bounds the concurrent inspections, so that a flood
 * of previews does not delay active streams before they reach the queue. Thread-safe.
 */
final class PrioritySemaphore {
    private record Waiter(Priority level, long sequence, CompletableFuture<Boolean> acquired) {}

    private final PriorityQueue<Waiter> waiting =
            new PriorityQueue<>(Comparator.comparing(Waiter::level).reversed().thenComparingLong(Waiter::sequence));
    private int free;
    private long sequence;

    /** Creates a semaphore with this number of permits. */
    PrioritySemaphore(int permits) {
        this.free = permits;
    }

    /**
     * Acquires a permit; blocks the calling thread, which should be a virtual one.
     *
     * @return whether a permit was acquired within the timeout, which must then be {@linkplain #release released}
     */
    boolean acquire(Priority level, Duration timeout) {
        CompletableFuture<Boolean> acquired = new CompletableFuture<>();
        Waiter waiter;
        synchronized (this) {
            if (free > 0) {
                free--;
                return true;
            }
            waiter = new Waiter(level, sequence++, acquired);
            waiting.add(waiter);
        }
        boolean inTime = acquired.completeOnTimeout(false, timeout.toNanos(), TimeUnit.NANOSECONDS)
                .join();
        if (!inTime) {
            synchronized (this) {
                waiting.remove(waiter);
            }
        }
        return inTime;
    }

    /** Releases a permit. */
    synchronized void release() {
        for (Waiter next = waiting.poll(); next != null; next = waiting.poll()) {
            if (next.acquired().complete(true)) {
                return;
            }
        }
        free++;
    }
}
