package io.xg2g.receiver;

import io.xg2g.schedule.TimeSource;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Who may connect to a receiver's stream ports: one at a time, in the order of arrival, with a pause after each
 * connection. Receivers have crashed under parallel probes. Thread-safe.
 */
final class ConnectionPacer {
    private final Duration pace;
    private final int maxStreams;
    private final TimeSource time;
    private final ReentrantLock line = new ReentrantLock(true);
    private final AtomicInteger streams = new AtomicInteger();

    /** When the last connection was closed or given out; written by whose turn it is. */
    private long last;

    /** One turn; to be closed when it is over. */
    final class Turn implements AutoCloseable {
        private Turn() {}

        /** Waits until the receiver has had its pause. */
        void pause() throws InterruptedException {
            Duration left = pace.minusNanos(time.nanoTime() - last);
            if (left.isPositive()) {
                time.sleep(left);
            }
        }

        /** A connection has just been closed, or is about to be opened by whom a stream is given. */
        void connected() {
            last = time.nanoTime();
        }

        @Override
        public void close() {
            line.unlock();
        }
    }

    ConnectionPacer(Duration pace, int maxStreams, TimeSource time) {
        this.pace = pace;
        this.maxStreams = maxStreams;
        this.time = time;
        this.last = time.nanoTime() - pace.toNanos();
    }

    /** Waits for a turn. */
    Turn take() throws InterruptedException {
        line.lockInterruptibly();
        return new Turn();
    }

    /** Whether one connection more would be one too many. */
    boolean full() {
        return maxStreams > 0 && streams.get() >= maxStreams;
    }

    /** Waits for a turn and uses it for a stream, if there is room for one. */
    Optional<StreamPermit> stream() throws InterruptedException {
        try (Turn turn = take()) {
            if (full()) {
                return Optional.empty();
            }
            turn.pause();
            turn.connected();
            streams.incrementAndGet();
            AtomicBoolean open = new AtomicBoolean(true);
            return Optional.of(() -> {
                if (open.compareAndSet(true, false)) {
                    streams.decrementAndGet();
                }
            });
        }
    }

    /** Streams that run. */
    int streams() {
        return streams.get();
    }
}
