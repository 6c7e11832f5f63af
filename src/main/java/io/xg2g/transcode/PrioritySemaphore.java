package io.xg2g.transcode;

import io.xg2g.dispatch.Priority;
import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Lets so many inspections run at once, the most urgent first: a flood of previews must not hold up a stream that plays
 * before it has even reached the queue. Thread-safe.
 */
final class PrioritySemaphore {
    private record Waiter(Priority level, long sequence, CompletableFuture<Boolean> entered) {}

    private final PriorityQueue<Waiter> waiting =
            new PriorityQueue<>(Comparator.comparing(Waiter::level).reversed().thenComparingLong(Waiter::sequence));
    private int free;
    private long sequence;

    /** Makes a gate that lets so many through at once. */
    PrioritySemaphore(int width) {
        this.free = width;
    }

    /**
     * Waits for a place; blocks the calling thread, which should be a virtual one.
     *
     * @return whether there was a place in time; then it must be {@linkplain #leave given back}
     */
    boolean enter(Priority level, Duration atMost) {
        CompletableFuture<Boolean> entered = new CompletableFuture<>();
        Waiter waiter;
        synchronized (this) {
            if (free > 0) {
                free--;
                return true;
            }
            waiter = new Waiter(level, sequence++, entered);
            waiting.add(waiter);
        }
        boolean inTime = entered.completeOnTimeout(false, atMost.toNanos(), TimeUnit.NANOSECONDS)
                .join();
        if (!inTime) {
            synchronized (this) {
                waiting.remove(waiter);
            }
        }
        return inTime;
    }

    /** Gives a place to whoever is next. */
    synchronized void leave() {
        for (Waiter next = waiting.poll(); next != null; next = waiting.poll()) {
            if (next.entered().complete(true)) {
                return;
            }
        }
        free++;
    }
}
