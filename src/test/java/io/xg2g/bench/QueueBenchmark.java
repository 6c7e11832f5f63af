package io.xg2g.bench;

import java.nio.file.Path;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** What an item costs one thread, without a sync. Each measured call adds or takes {@value #ITEMS} items. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
public class QueueBenchmark {
    /** Items that are taken with one call. */
    static final int BATCH = 100;

    static final int ITEMS = 50_000;

    @Param("memory")
    String peer;

    @Param("64")
    int bytes;

    private Path directory;
    private QueuePeer queue;
    private byte[] payload;
    private int waiting;

    @Setup(Level.Trial)
    public void open() throws Exception {
        directory = QueuePeers.directory();
        queue = QueuePeers.open(peer, directory);
        payload = new byte[bytes];
        ThreadLocalRandom.current().nextBytes(payload);
    }

    @TearDown(Level.Trial)
    public void close() throws Exception {
        queue.close();
        QueueCost.delete(directory);
    }

    /** An empty queue to add to. */
    @State(Scope.Benchmark)
    public static class Empty {
        @Setup(Level.Invocation)
        public void empty(QueueBenchmark benchmark) throws Exception {
            benchmark.queue.poll(benchmark.waiting);
            benchmark.waiting = 0;
            benchmark.queue.settle();
        }
    }

    /** A full one to take from. */
    @State(Scope.Benchmark)
    public static class Full {
        @Setup(Level.Invocation)
        public void fill(QueueBenchmark benchmark) throws Exception {
            for (int i = 0; i < ITEMS; i++) {
                benchmark.queue.add(benchmark.payload);
            }
            benchmark.queue.settle();
        }
    }

    @Benchmark
    @OperationsPerInvocation(ITEMS)
    public void add(Empty empty) throws Exception {
        for (int i = 0; i < ITEMS; i++) {
            queue.add(payload);
        }
        waiting = ITEMS;
    }

    @Benchmark
    @OperationsPerInvocation(ITEMS)
    public void poll(Full full) throws Exception {
        queue.poll(ITEMS);
    }

    @Benchmark
    @OperationsPerInvocation(ITEMS)
    public void pollBatch(Full full) throws Exception {
        queue.pollBatch(ITEMS);
    }
}
