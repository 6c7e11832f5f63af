package io.xg2g.queue;

import java.io.IOException;

/** Opens queues whose background work is done by the caller, so that it does not run beside what is measured. */
public final class QueueForBench {
    private final HybridQueue<byte[]> queue;

    /** Opens a queue. */
    public QueueForBench(QueueOptions options) throws IOException {
        queue = new HybridQueue<>(options, Serializer.BYTES, FileDisk.of(options.storage()), false);
    }

    public HybridQueue<byte[]> queue() {
        return queue;
    }

    /** Writes what was appended, and deletes files that are not needed any more. */
    public void maintain() throws IOException {
        queue.maintain();
    }
}
