package io.xg2g.http;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Interrupts a thread that blocks in a read for too long. (The read time-out of the HTTP layer closes the connection,
 * so that the client would get no response.) Thread-safe.
 */
final class ReadWatchdog implements AutoCloseable {
    private static final ScheduledThreadPoolExecutor TIMER = timer();

    private final Thread reader;
    private final long timeoutNanos;
    private long lastRead = System.nanoTime();
    private boolean closed;
    private @Nullable Future<?> next;
    private boolean interrupted;

    private ReadWatchdog(Duration timeout) {
        this.reader = Thread.currentThread();
        this.timeoutNanos = timeout.toNanos();
    }

    /** Watches the calling thread until the watchdog is closed. */
    static ReadWatchdog overThisThread(Duration timeout) {
        ReadWatchdog watchdog = new ReadWatchdog(timeout);
        watchdog.schedule(watchdog.timeoutNanos);
        return watchdog;
    }

    /** Records that a read has succeeded. */
    synchronized void reset() {
        lastRead = System.nanoTime();
    }

    /** Stops watching. No interrupt occurs afterwards, and none is left pending. */
    @Override
    public synchronized void close() {
        closed = true;
        if (next != null) {
            next.cancel(false);
        }
        if (interrupted) {
            Thread.interrupted();
        }
    }

    private synchronized void schedule(long delayNanos) {
        next = TIMER.schedule(this::check, delayNanos, TimeUnit.NANOSECONDS);
    }

    private synchronized void check() {
        long left = timeoutNanos - (System.nanoTime() - lastRead);
        if (closed) {
            return;
        }
        if (left <= 0) {
            interrupted = true;
            reader.interrupt();
        } else {
            schedule(left);
        }
    }

    private static ScheduledThreadPoolExecutor timer() {
        ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().daemon().name("xg2g-body-timer").factory());
        timer.setRemoveOnCancelPolicy(true);
        return timer;
    }
}
