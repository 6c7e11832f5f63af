package io.xg2g.dispatch;

import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/** Time as the dispatcher sees it, so that a test can turn it by hand. */
interface Timer {

    /** Nanoseconds since a fixed but arbitrary moment, as {@link System#nanoTime()}. */
    long nanoTime();

    /**
     * Runs the action once, later.
     *
     * @return takes the action back; harmless when it has run
     */
    Runnable schedule(long delayNanos, Runnable action);

    /** The machine's time. Each action gets a virtual thread of its own, so that a slow one delays no other. */
    static Timer system() {
        ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().daemon().name("xg2g-dispatch-timer").factory());
        executor.setRemoveOnCancelPolicy(true);
        // The thread goes when there is nothing to wait for: nobody has to close a timer.
        executor.setKeepAliveTime(10, TimeUnit.SECONDS);
        executor.allowCoreThreadTimeOut(true);
        ThreadFactory threads = Thread.ofVirtual().name("dispatch-timer").factory();
        return new Timer() {
            @Override
            public long nanoTime() {
                return System.nanoTime();
            }

            @Override
            public Runnable schedule(long delayNanos, Runnable action) {
                Future<?> future =
                        executor.schedule(() -> threads.newThread(action).start(), delayNanos, TimeUnit.NANOSECONDS);
                return () -> future.cancel(false);
            }
        };
    }
}
