package io.xg2g.bench;

import io.xg2g.queue.Delivery;
import io.xg2g.queue.Durability;
import io.xg2g.queue.HybridQueue;
import io.xg2g.queue.QueueForBench;
import io.xg2g.queue.QueueListener;
import io.xg2g.queue.QueueOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** The program's queue. */
final class OwnQueue implements QueuePeer {
    private static final int MAX_ITEMS = 100_000_000;
    private static final int MAX_ITEM_BYTES = 2 << 20;

    /** Payloads that stay in memory beside those on disk. */
    private static final int IN_MEMORY = 10_000;

    static final int SEGMENT_BYTES = 64 << 20;

    private final QueueForBench opened;
    private final HybridQueue<byte[]> queue;
    private final AtomicLong syncs = new AtomicLong();

    private OwnQueue(QueueOptions.Memory memory, QueueOptions.@Nullable Storage storage) throws IOException {
        QueueOptions options = QueueOptions.named("bench")
                .with(new QueueOptions.Bounds(1, MAX_ITEMS, MAX_ITEM_BYTES))
                .with(memory)
                .with(new QueueListener() {
                    @Override
                    public void synced(long nanos) {
                        syncs.incrementAndGet();
                    }
                });
        opened = new QueueForBench(storage == null ? options : options.with(storage));
        queue = opened.queue();
    }

    /** A queue without files. */
    static OwnQueue inMemory() throws IOException {
        return new OwnQueue(memory(MAX_ITEMS), null);
    }

    /** A queue that has the payloads of few items in memory, and those of all others on disk. */
    static OwnQueue onDisk(Path directory, Durability durability) throws IOException {
        return new OwnQueue(
                memory(IN_MEMORY),
                QueueOptions.Storage.in(directory, durability).sized(64L << 30, SEGMENT_BYTES));
    }

    private static QueueOptions.Memory memory(int items) {
        QueueOptions.Memory defaults = QueueOptions.named("bench").memory();
        return new QueueOptions.Memory(items, 1L << 40, defaults.ratio(), defaults.overflow());
    }

    long syncs() {
        return syncs.get();
    }

    long items() {
        return queue.stats().items();
    }

    @Override
    public void add(byte[] payload) {
        queue.add(payload);
    }

    @Override
    public void addSynced(byte[] payload) {
        queue.add(payload);
    }

    @Override
    public void poll(int items) {
        for (int i = 0; i < items; i++) {
            queue.poll().orElseThrow().acknowledge();
        }
    }

    @Override
    public void pollBatch(int items) {
        for (int left = items; left > 0; ) {
            List<Delivery<byte[]>> batch = queue.poll(Math.min(left, QueueBenchmark.BATCH));
            queue.acknowledge(batch);
            left -= batch.size();
        }
    }

    @Override
    public void settle() throws IOException {
        opened.maintain();
    }

    @Override
    public void sync() {
        queue.sync();
    }

    @Override
    public void close() throws IOException {
        queue.close();
    }
}
