package io.xg2g.channel;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Bounded FIFO queue of the chunks of one viewer of a {@link Broadcast}. A viewer that reads too slowly is disconnected
 * and does not delay others.
 */
public final class ViewerQueue {
    private static final int MAX_CHUNKS = 8192;
    private static final byte[] END = new byte[0];

    private final BlockingQueue<byte[]> chunks = new LinkedBlockingQueue<>(MAX_CHUNKS);
    private final AtomicLong queuedBytes = new AtomicLong();
    private volatile boolean ended;
    private volatile Runnable overflow = () -> {};

    /** Sets the action at overflow, which ends a blocked writer; must not block. */
    public void onOverflow(Runnable action) {
        overflow = action;
    }

    /**
     * Adds a chunk without copying it; never blocks. Overflow clears and ends the queue.
     *
     * @param maxBytes maximum queued bytes, including this chunk
     */
    void offer(byte[] chunk, long maxBytes) {
        if (ended || chunk.length == 0) {
            return;
        }
        if (queuedBytes.addAndGet(chunk.length) > maxBytes || !chunks.offer(chunk)) {
            chunks.clear();
            end();
            overflow.run();
        }
    }

    /** Ends the queue; queued chunks can still be read. */
    void end() {
        ended = true;
        // If the queue is full, the flag ends the reader.
        var _ = chunks.offer(END);
    }

    public boolean isEnded() {
        return ended;
    }

    /** Takes all chunks that are there; does not wait. */
    public List<byte[]> queued() {
        List<byte[]> all = new ArrayList<>();
        for (byte[] chunk = chunks.poll(); chunk != null; chunk = chunks.poll()) {
            if (chunk.length > 0) {
                queuedBytes.addAndGet(-chunk.length);
                all.add(chunk);
            }
        }
        return all;
    }

    /** Waits for the next chunk; returns {@code null} at the end or after the timeout. */
    public byte @Nullable [] take(Duration timeout) throws InterruptedException {
        byte[] chunk = ended ? chunks.poll() : chunks.poll(timeout.toMillis(), TimeUnit.MILLISECONDS);
        if (chunk == null || chunk.length == 0) {
            return null;
        }
        queuedBytes.addAndGet(-chunk.length);
        return chunk;
    }
}
