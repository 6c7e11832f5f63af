package io.xg2g.http;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Interrupts a thread that blocks in reads when none has succeeded for a while. (The HTTP layer's own read time-out
 * closes the connection, so that its client would get no answer.)
 */
final class ReadWatchdog implements AutoCloseable {
    private static final ScheduledThreadPoolExecutor TIMER = timer();

    private final Thread reader;
    private final long timeoutNanos;
    private long lastFed = System.nanoTime();
    private boolean closed;
    private @Nullable Future<?> next;
    private boolean bitten;

    private ReadWatchdog(Duration timeout) {
        this.reader = Thread.currentThread();
        this.timeoutNanos = timeout.toNanos();
    }

    /** Watches the calling thread until it is closed. */
    static ReadWatchdog overThisThread(Duration timeout) {
        ReadWatchdog watchdog = new ReadWatchdog(timeout);
        watchdog.look(watchdog.timeoutNanos);
        return watchdog;
    }

    /** A read has succeeded. */
    synchronized void fed() {
        lastFed = System.nanoTime();
    }

    /** No interrupt comes any more, and none is left pending. */
    @Override
    public synchronized void close() {
        closed = true;
        if (next != null) {
            next.cancel(false);
        }
        if (bitten) {
            Thread.interrupted();
        }
    }

    private synchronized void look(long delayNanos) {
        next = TIMER.schedule(this::bite, delayNanos, TimeUnit.NANOSECONDS);
    }

    private synchronized void bite() {
        long left = timeoutNanos - (System.nanoTime() - lastFed);
        if (closed) {
            return;
        }
        if (left <= 0) {
            bitten = true;
            reader.interrupt();
        } else {
            look(left);
        }
    }

    private static ScheduledThreadPoolExecutor timer() {
        ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().daemon().name("xg2g-body-timer").factory());
        timer.setRemoveOnCancelPolicy(true);
        return timer;
    }
}
