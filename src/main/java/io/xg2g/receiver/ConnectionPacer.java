package io.xg2g.receiver;

import io.xg2g.schedule.TimeSource;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Serialization of the connections to a receiver's stream ports: one at a time, first come, first served, with a minimum pause
 * between them. Receivers have crashed under concurrent probes. Thread-safe.
 */
final class ConnectionPacer {
    private final Duration pace;
    private final int maxStreams;
    private final TimeSource time;
    private final ReentrantLock lock = new ReentrantLock(true);
    private final AtomicInteger streams = new AtomicInteger();

    /** Time when the last connection was closed or a stream was permitted; guarded by the lock. */
    private long last;

    /** Exclusive right to connect; closing it releases the lock. */
    final class Lease implements AutoCloseable {
        private Lease() {}

        /** Blocks until the pause since the last connection has passed. */
        void pause() throws InterruptedException {
            Duration left = pace.minusNanos(time.nanoTime() - last);
            if (left.isPositive()) {
                time.sleep(left);
            }
        }

        /** Starts the pause, after a connection was closed or a stream was permitted. */
        void connected() {
            last = time.nanoTime();
        }

        @Override
        public void close() {
            lock.unlock();
        }
    }

    ConnectionPacer(Duration pace, int maxStreams, TimeSource time) {
        this.pace = pace;
        this.maxStreams = maxStreams;
        this.time = time;
        this.last = time.nanoTime() - pace.toNanos();
    }

    /** Blocks until no other thread connects. */
    Lease acquireLease() throws InterruptedException {
        lock.lockInterruptibly();
        return new Lease();
    }

    /** Returns whether the maximum number of streams is open. */
    boolean full() {
        return maxStreams > 0 && streams.get() >= maxStreams;
    }

    /** Blocks until a stream may be opened; returns empty if the maximum number of streams is open. */
    Optional<StreamPermit> stream() throws InterruptedException {
        try (Lease lease = acquireLease()) {
            if (full()) {
                return Optional.empty();
            }
            lease.pause();
            lease.connected();
            streams.incrementAndGet();
            AtomicBoolean open = new AtomicBoolean(true);
            return Optional.of(() -> {
                if (open.compareAndSet(true, false)) {
                    streams.decrementAndGet();
                }
            });
        }
    }

    /** Returns the number of open streams. */
    int streams() {
        return streams.get();
    }
}
