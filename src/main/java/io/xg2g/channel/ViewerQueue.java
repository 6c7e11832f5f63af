package io.xg2g.channel;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One viewer's end of a {@link Broadcast}: a bounded queue of byte chunks. A viewer that reads too slowly is cut off, and
 * delays nobody.
 */
public final class ViewerQueue {
    private static final int MOST_CHUNKS = 8192;
    private static final byte[] END = new byte[0];

    private final BlockingQueue<byte[]> chunks = new LinkedBlockingQueue<>(MOST_CHUNKS);
    private final AtomicLong waiting = new AtomicLong();
    private volatile boolean ended;
    private volatile Runnable overflow = () -> {};

    /** What is to be done when the viewer is cut off, whose writer may be stuck; must not block. */
    public void onOverflow(Runnable action) {
        overflow = action;
    }

    /**
     * Hands a chunk over, which is not copied; never blocks.
     *
     * @param most bytes that may wait, this chunk with them
     */
    void offer(byte[] chunk, long most) {
        if (ended || chunk.length == 0) {
            return;
        }
        if (waiting.addAndGet(chunk.length) > most || !chunks.offer(chunk)) {
            chunks.clear();
            end();
            overflow.run();
        }
    }

    /** No more chunks: what waits is still read. */
    void end() {
        ended = true;
        // Where there is no room for it, the reader notices by the flag.
        var _ = chunks.offer(END);
    }

    public boolean isEnded() {
        return ended;
    }

    /** Waits for the next chunk; {@code null} at the end, or when none came in time. */
    public byte @Nullable [] take(Duration atMost) throws InterruptedException {
        byte[] chunk = ended ? chunks.poll() : chunks.poll(atMost.toMillis(), TimeUnit.MILLISECONDS);
        if (chunk == null || chunk.length == 0) {
            return null;
        }
        waiting.addAndGet(-chunk.length);
        return chunk;
    }
}
