package io.xg2g.bench;

import io.smallrye.faulttolerance.api.TypedGuard;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.xg2g.dispatch.Dispatcher;
import io.xg2g.dispatch.DispatcherForBench;
import io.xg2g.dispatch.Priority;
import io.xg2g.dispatch.TranscodeResult;
import io.xg2g.ffmpeg.TranscodeOutcome;
import jakarta.enterprise.util.TypeLiteral;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.PriorityBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
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
 * JMH benchmark of the dispatcher's overhead per unit, compared with a thread pool over a priority queue and with a
 * bulkhead with a queue. Units do nothing. Dispatcher and bulkhead run each unit on a virtual thread, as in production; the
 * pool uses its own threads.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class DispatchBenchmark {
    private static final int SLOTS = 4;
    private static final int BATCH = 100;

    private record Task(int level, long number, Runnable work) implements Runnable, Comparable<Task> {
        private static final Comparator<Task> ORDER =
                Comparator.<Task>comparingInt(task -> -task.level).thenComparingLong(Task::number);

        @Override
        public void run() {
            work.run();
        }

        @Override
        public int compareTo(Task other) {
            return ORDER.compare(this, other);
        }
    }

    private final Deque<UniEmitter<? super TranscodeOutcome>> held = new ArrayDeque<>();
    private PriorityBlockingQueue<Runnable> tasks;
    private PriorityBlockingQueue<Task> queued;
    private ThreadPoolExecutor pool;
    private TypedGuard<Uni<TranscodeOutcome>> bulkhead;
    private Dispatcher dispatcher;
    private Dispatcher inline;
    private Dispatcher loaded;
    private String[] ids;
    private long number;
    private volatile long started;

    @Setup(Level.Trial)
    public void setUp() {
        tasks = new PriorityBlockingQueue<>();
        pool = new ThreadPoolExecutor(SLOTS, SLOTS, 1, TimeUnit.MINUTES, tasks);
        pool.prestartAllCoreThreads();
        bulkhead = TypedGuard.create(new TypeLiteral<Uni<TranscodeOutcome>>() {})
                .withBulkhead()
                .limit(SLOTS)
                .queueSize(10_000)
                .done()
                .build();
        dispatcher = DispatcherForBench.dispatcher(10_000, SLOTS, this::onVirtualThread);
        inline = DispatcherForBench.dispatcher(
                10_000, SLOTS, () -> Uni.createFrom().item(DispatcherForBench.DONE));
        loaded = DispatcherForBench.dispatcher(200, 1, () -> Uni.createFrom().emitter(emitter -> held.add(emitter)));
        queued = new PriorityBlockingQueue<>();
        ids = new String[BATCH];
        for (int i = 0; i < BATCH; i++) {
            ids[i] = "client" + i % 10;
            queued.add(new Task(1, number++, () -> {}));
            submit(loaded, ids[i], () -> {});
        }
    }

    @TearDown(Level.Trial)
    public void tearDown() {
        pool.shutdownNow();
    }

    @Benchmark
    public void startOnIdleSlotByPool() {
        long mine = ++number;
        pool.execute(new Task(1, mine, () -> started = mine));
        awaitStart(mine);
    }

    @Benchmark
    public void startOnIdleSlotByBulkhead() {
        long mine = ++number;
        viaBulkhead(() -> started = mine, () -> {});
        awaitStart(mine);
    }

    @Benchmark
    public void startOnIdleSlotByDispatcher() {
        number++;
        submit(dispatcher, "client", () -> {});
        awaitStart(number);
    }

    private void awaitStart(long mine) {
        while (started != mine) {
            Thread.onSpinWait();
        }
    }

    @Benchmark
    @OperationsPerInvocation(BATCH)
    public void throughputByPool() throws InterruptedException {
        CountDownLatch answered = new CountDownLatch(BATCH);
        for (int i = 0; i < BATCH; i++) {
            pool.execute(new Task(1, number++, answered::countDown));
        }
        answered.await();
    }

    @Benchmark
    @OperationsPerInvocation(BATCH)
    public void throughputByBulkhead() throws InterruptedException {
        CountDownLatch answered = new CountDownLatch(BATCH);
        for (int i = 0; i < BATCH; i++) {
            viaBulkhead(() -> {}, answered::countDown);
        }
        // SmallRye 6.10 sometimes leaves a task in its queue until another one ends (Bulkhead.runQueuedTask holds it
        // while the slot becomes free). Another task wakes it.
        while (!answered.await(100, TimeUnit.MICROSECONDS)) {
            viaBulkhead(() -> {}, () -> {});
        }
    }

    @Benchmark
    @OperationsPerInvocation(BATCH)
    public void throughputByDispatcher() throws InterruptedException {
        CountDownLatch answered = new CountDownLatch(BATCH);
        for (int i = 0; i < BATCH; i++) {
            number++;
            submit(dispatcher, ids[i], answered::countDown);
        }
        answered.await();
    }

    /** Submission, start, end and result on one thread: the cost of the dispatcher itself. */
    @Benchmark
    public void wholeWayWithoutThreadsByDispatcher() {
        number++;
        submit(inline, "client", () -> {});
    }

    /** One request is queued, and the first of 100 is started. */
    @Benchmark
    public void turnWith100WaitingByDispatcher() {
        submit(loaded, ids[(int) (++number % BATCH)], () -> {});
        held.poll().complete(DispatcherForBench.DONE);
    }

    /** The same with a plain queue: no timers, no round-robin, no results. */
    @Benchmark
    public Task turnWith100WaitingByPriorityQueue() {
        queued.offer(new Task(1, ++number, () -> {}));
        return queued.poll();
    }

    private void submit(Dispatcher to, String client, Runnable answered) {
        to.submit(DispatcherForBench.request(Long.toString(number++), client, null, Priority.NORMAL))
                .subscribe()
                .with((TranscodeResult _) -> answered.run());
    }

    private void viaBulkhead(Runnable work, Runnable answered) {
        try {
            bulkhead.call(() -> onVirtualThread(work)).subscribe().with(_ -> answered.run());
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private Uni<TranscodeOutcome> onVirtualThread() {
        return onVirtualThread(() -> started = number);
    }

    private static Uni<TranscodeOutcome> onVirtualThread(Runnable work) {
        return Uni.createFrom()
                .emitter(emitter -> Thread.ofVirtual().start(() -> {
                    work.run();
                    emitter.complete(DispatcherForBench.DONE);
                }));
    }
}
