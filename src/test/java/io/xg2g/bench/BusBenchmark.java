package io.xg2g.bench;

import io.smallrye.mutiny.operators.multi.processors.BroadcastProcessor;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.EventBus;
import io.xg2g.bus.Bus;
import io.xg2g.bus.BusForBench;
import io.xg2g.bus.Message;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * JMH benchmark of the cost of a message for its publisher and of its latency, compared with Vert.x's event bus and
 * Mutiny's {@code BroadcastProcessor}. One publisher and one subscriber, which counts. {@code BroadcastProcessor} calls its
 * subscribers on the publisher's thread; the comparable variant has a buffer and a separate thread. Both are measured.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 6, time = 1)
public class BusBenchmark {
    /** Less than the capacity of the smallest buffer. */
    static final int BATCH = 500;

    private static final String TOPIC = "topic";
    private static final int BUFFER = 1_000;

    private final AtomicLong handled = new AtomicLong();
    private long published;
    private final Message message = Message.of(TOPIC, new byte[64]);
    private Bus bus;
    private Vertx vertx;
    private EventBus eventBus;
    private BroadcastProcessor<Message> called;
    private BroadcastProcessor<Message> buffered;
    private ExecutorService thread;

    @Setup(Level.Trial)
    public void setUp() {
        bus = BusForBench.bus();
        bus.subscribe(TOPIC, _ -> count());
        vertx = Vertx.vertx();
        eventBus = vertx.eventBus();
        eventBus.registerDefaultCodec(Message.class, new SameObject());
        eventBus.<Message>localConsumer(TOPIC, _ -> count());
        called = BroadcastProcessor.create();
        called.subscribe().with(_ -> count());
        thread = Executors.newSingleThreadExecutor();
        buffered = BroadcastProcessor.create();
        buffered.onOverflow().buffer(BUFFER).emitOn(thread).subscribe().with(_ -> count());
    }

    @TearDown(Level.Trial)
    public void tearDown() {
        bus.close();
        vertx.close();
        thread.shutdownNow();
    }

    /** Waits until all messages are handled, so that the buffer is empty for the measurement. */
    @Setup(Level.Invocation)
    public void awaitAll() {
        while (handled.get() < published) {
            Thread.onSpinWait();
        }
    }

    /** Subscribers are called one at a time, on any thread. */
    private void count() {
        handled.lazySet(handled.getPlain() + 1);
    }

    @Benchmark
    @OperationsPerInvocation(BATCH)
    public void publishByBus() throws InterruptedException {
        for (int i = 0; i < BATCH; i++) {
            bus.publish(message);
        }
        published += BATCH;
    }

    /** Includes the creation of each message: its id and time. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public void makeAndPublishByBus() throws InterruptedException {
        for (int i = 0; i < BATCH; i++) {
            bus.publish(Message.of(TOPIC, message.payload()));
        }
        published += BATCH;
    }

    @Benchmark
    @OperationsPerInvocation(BATCH)
    public void publishByEventBus() {
        for (int i = 0; i < BATCH; i++) {
            eventBus.publish(TOPIC, message);
        }
        published += BATCH;
    }

    @Benchmark
    @OperationsPerInvocation(BATCH)
    public void publishByProcessor() {
        for (int i = 0; i < BATCH; i++) {
            buffered.onNext(message);
        }
        published += BATCH;
    }

    @Benchmark
    @OperationsPerInvocation(BATCH)
    public void publishByProcessorCall() {
        for (int i = 0; i < BATCH; i++) {
            called.onNext(message);
        }
        published += BATCH;
    }

    @Benchmark
    @OperationsPerInvocation(BATCH)
    public void deliverByBus() throws InterruptedException {
        publishByBus();
        awaitAll();
    }

    @Benchmark
    @OperationsPerInvocation(BATCH)
    public void deliverByEventBus() {
        publishByEventBus();
        awaitAll();
    }

    @Benchmark
    @OperationsPerInvocation(BATCH)
    public void deliverByProcessor() {
        publishByProcessor();
        awaitAll();
    }

    @Benchmark
    public void latencyByBus() throws InterruptedException {
        bus.publish(message);
        awaitOne();
    }

    @Benchmark
    public void latencyByEventBus() {
        eventBus.publish(TOPIC, message);
        awaitOne();
    }

    @Benchmark
    public void latencyByProcessor() {
        buffered.onNext(message);
        awaitOne();
    }

    private void awaitOne() {
        published++;
        awaitAll();
    }
}
