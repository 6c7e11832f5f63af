package io.xg2g.camera;

import java.util.ArrayDeque;
import java.util.Optional;

/** Bounded FIFO queue of the frames of one camera. When it is full, the oldest frame is dropped. Not thread-safe. */
final class FrameRing {
    /**
     * Frame that waits.
     *
     * @param since {@link System#nanoTime()} of its arrival
     */
    record Waiting(Frame frame, long since) {}

    private final ArrayDeque<Waiting> frames = new ArrayDeque<>();
    private long bytes;

    /**
     * Adds a frame. The newest one is never dropped.
     *
     * @param maxFrames at least 1
     * @return number of frames that were dropped
     */
    int add(Waiting added, int maxFrames, long maxBytes) {
        frames.addLast(added);
        bytes += added.frame().jpeg().size();
        int dropped = 0;
        while (frames.size() > 1 && (frames.size() > maxFrames || bytes > maxBytes)) {
            poll();
            dropped++;
        }
        return dropped;
    }

    /** Removes the oldest frame. */
    Optional<Waiting> poll() {
        Waiting oldest = frames.pollFirst();
        if (oldest != null) {
            bytes -= oldest.frame().jpeg().size();
        }
        return Optional.ofNullable(oldest);
    }

    int size() {
        return frames.size();
    }

    boolean isEmpty() {
        return frames.isEmpty();
    }

    /** Removes all frames; returns how many there were. */
    int clear() {
        int dropped = frames.size();
        frames.clear();
        bytes = 0;
        return dropped;
    }
}
