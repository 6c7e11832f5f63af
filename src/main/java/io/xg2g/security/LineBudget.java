package io.xg2g.security;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** How many lines may be written in a second; what is over is counted. Thread-safe. */
final class LineBudget {
    static final int A_SECOND = 50;

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final LongSupplier nanos;
    private final AtomicLong leftOut = new AtomicLong();
    private long since;
    private int taken;

    LineBudget(LongSupplier nanos) {
        this.nanos = nanos;
        this.since = nanos.getAsLong();
    }

    /** Whether there is room for one more. */
    synchronized boolean take() {
        long now = nanos.getAsLong();
        if (now - since >= SECOND) {
            since = now;
            taken = 0;
        }
        if (taken == A_SECOND) {
            leftOut.incrementAndGet();
            return false;
        }
        taken++;
        return true;
    }

    /** How many had no room since this was asked last. */
    long leftOut() {
        return leftOut.getAndSet(0);
    }
}
