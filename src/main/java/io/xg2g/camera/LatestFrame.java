package io.xg2g.camera;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The latest frame of a camera. Readers that are slow miss frames. Thread-safe. */
final class LatestFrame {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition newer = lock.newCondition();
    private volatile @Nullable Frame frame;

    void set(Frame latest) {
        lock.lock();
        try {
            frame = latest;
            newer.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Returns the latest frame. */
    Optional<Frame> get() {
        return Optional.ofNullable(frame);
    }

    /** Waits for a frame with a higher number; empty after the timeout. */
    Optional<Frame> after(long sequence, Duration timeout) throws InterruptedException {
        lock.lock();
        try {
            long left = timeout.toNanos();
            for (Frame latest = frame; left > 0; latest = frame) {
                if (latest != null && latest.sequence() > sequence) {
                    return Optional.of(latest);
                }
                left = newer.awaitNanos(left);
            }
            return Optional.empty();
        } finally {
            lock.unlock();
        }
    }
}
