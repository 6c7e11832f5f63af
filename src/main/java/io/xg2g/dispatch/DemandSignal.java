package io.xg2g.dispatch;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Hands the latest numbers of waiting requests to a {@link SlotDemand}, one call at a time. A thread that comes while another one
 * is in a call leaves its numbers to that one. Thread-safe.
 */
final class DemandSignal {
    private final SlotDemand receiver;
    private final AtomicInteger pending = new AtomicInteger();
    private volatile List<Integer> latest = List.of();
    /** Guarded by {@code pending}: used by the thread that calls the receiver. */
    private @Nullable List<Integer> delivered;

    DemandSignal(SlotDemand receiver) {
        this.receiver = receiver;
    }

    /** Sets the numbers, under the dispatcher's lock; returns whether they changed and have to be {@linkplain #deliver delivered}. */
    boolean set(List<Integer> waiting) {
        if (waiting.equals(latest)) {
            return false;
        }
        latest = waiting;
        return true;
    }

    /** Calls the receiver, without the lock. */
    void deliver() {
        if (pending.getAndIncrement() > 0) {
            return;
        }
        int seen = 1;
        do {
            List<Integer> now = latest;
            if (!now.equals(delivered)) {
                delivered = now;
                DeferredActions.attempt(() -> receiver.changed(now));
            }
            seen = pending.addAndGet(-seen);
        } while (seen > 0);
    }
}
