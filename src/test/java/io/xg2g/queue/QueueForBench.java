package io.xg2g.queue;

import java.io.IOException;

/** Opens queues whose background work is done by the caller, so that it does not run beside what is measured. */
public final class QueueForBench {
    private static final double MILLI = 1e6;

    private final HybridQueue<byte[]> queue;

    /** Opens a queue. */
    public QueueForBench(QueueOptions options) throws IOException {
        queue = new HybridQueue<>(options, Serializer.BYTES, FileDisk.of(options.storage()), false);
    }

    private QueueForBench(QueueOptions options, Disk disk) throws IOException {
        queue = new HybridQueue<>(options, Serializer.BYTES, disk, false);
    }

    /** Opens a queue on a {@link TimedDisk}, whose parameters are in milliseconds. */
    public static QueueForBench onTimedDisk(QueueOptions options, double write, double sync, double eachSync)
            throws IOException {
        return new QueueForBench(options, new TimedDisk(write * MILLI, sync * MILLI, eachSync * MILLI));
    }

    public HybridQueue<byte[]> queue() {
        return queue;
    }

    /** Writes what was appended, and deletes files that are not needed any more. */
    public void maintain() throws IOException {
        queue.maintain();
    }
}
