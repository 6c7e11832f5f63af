package io.xg2g.queue;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A thread that repeats a queue's background work at an interval. A failure is reported once, until it changes. */
final class BackgroundWork implements AutoCloseable {
    /** Interval of a queue without files, whose leases, delays and times to live end. */
    private static final Duration INTERVAL = Duration.ofMillis(100);

    /** Background work, which may fail. */
    interface Pass {
        void run() throws IOException;
    }

    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;

    private BackgroundWork(QueueOptions options, Pass pass) {
        QueueOptions.Storage files = options.storage();
        Duration interval = files == null ? INTERVAL : files.syncInterval();
        thread = Thread.ofPlatform()
                .daemon()
                .name("queue-" + options.name())
                .unstarted(() -> run(options.listener(), interval, pass));
    }

    static BackgroundWork start(QueueOptions options, Pass pass) {
        BackgroundWork work = new BackgroundWork(options, pass);
        work.thread.start();
        return work;
    }

    private void run(QueueListener listener, Duration interval, Pass pass) {
        @Nullable String reported = null;
        try {
            while (!closing.await(interval.toNanos(), TimeUnit.NANOSECONDS)) {
                try {
                    pass.run();
                    reported = null;
                } catch (IOException | RuntimeException failure) {
                    String message = String.valueOf(failure.getMessage());
                    if (!message.equals(reported)) {
                        listener.failed(failure);
                    }
                    reported = message;
                }
            }
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits for the end of the pass that is under way. */
    @Override
    public void close() {
        closing.countDown();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException later) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
