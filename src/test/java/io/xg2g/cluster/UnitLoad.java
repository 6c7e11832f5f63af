package io.xg2g.cluster;

import io.vertx.core.Vertx;
import io.xg2g.connection.TestServers;
import io.xg2g.dispatch.DispatcherForCluster;
import io.xg2g.dispatch.Priority;
import io.xg2g.dispatch.TranscodeRequest;
import io.xg2g.dispatch.TranscodeResult;
import io.xg2g.ffmpeg.TranscodeOutcome;
import io.xg2g.ffmpeg.TranscodeUnit;
import io.xg2g.http.ServerProcess;
import io.xg2g.schedule.Patience;
import io.xg2g.schedule.TimeSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.DoubleConsumer;
import org.awaitility.Awaitility;

/**
 * Two gateways and three workers in this process that share 96 slots through the real Artemis, for measurements of what a unit costs
 * beside its encoding, which is a pause here. More slots than units: none waits for another one.
 */
public final class UnitLoad implements AutoCloseable {
    private static final int GATEWAYS = 2;
    private static final int WORKERS = 3;
    private static final int SLOTS = 32;

    /** Units at once, at most. */
    private static final int OPEN = 256;

    private static final int AT_ONCE = 16;

    /** Moments of one unit, as {@link System#nanoTime}. */
    public static final class Unit {
        private final Path input;
        private final long planned;
        private volatile long submitted;
        private volatile long chosen;
        private volatile long begun;
        private volatile long encoded;
        private volatile long answered;

        private Unit(Path input, long planned) {
            this.input = input;
            this.planned = planned;
        }

        /** From the submission until it got a slot: the credit, the offer, and the choice. */
        public long waited() {
            return chosen - submitted;
        }

        /** From then until the encoder begins: the order, its confirmation, and the input. */
        public long started() {
            return begun - chosen;
        }

        /** From the end of the encoder to the answer: renditions, report, checks. */
        public long delivered() {
            return answered - encoded;
        }

        /** All of it but the encoder. */
        public long overhead() {
            return waited() + started() + delivered();
        }

        /** How much later than planned it was submitted: what the generator of the load was late. */
        public long late() {
            return submitted - planned;
        }
    }

    private final Path directory;
    private final Vertx vertx = Vertx.vertx();
    private final ServerProcess broker;
    private final List<GatewayUnderTest> gateways = new ArrayList<>();
    private final List<WorkerUnderTest> workers = new ArrayList<>();
    private final BlockingQueue<Path> inputs = new ArrayBlockingQueue<>(OPEN);
    private final Map<Integer, Unit> open = new ConcurrentHashMap<>();
    private final AtomicInteger numbers = new AtomicInteger();

    /** Encoder whose rendition is its input, and which knows the unit by the number at the beginning of that. */
    private final class Encoder extends FakeEncoder {
        private Encoder(Duration cost) {
            super(cost);
        }

        @Override
        public TranscodeOutcome encode(TranscodeUnit unit, DoubleConsumer progress) throws InterruptedException {
            Unit known = open.get(number(unit.input()));
            known.begun = System.nanoTime();
            TranscodeOutcome outcome = super.encode(unit, progress);
            known.encoded = System.nanoTime();
            return outcome;
        }
    }

    /**
     * Starts it.
     *
     * @param directory of its files, existing
     * @param cost of a unit
     * @param bytes of an input, and of a rendition
     */
    public UnitLoad(Path directory, Duration cost, int bytes) throws IOException {
        this.directory = directory;
        broker = TestServers.artemis(Files.createDirectories(directory.resolve("artemis")));
        broker.await();
        for (int number = 0; number < OPEN; number++) {
            byte[] content = ByteBuffer.allocate(bytes).putInt(number).array();
            inputs.add(Files.write(directory.resolve("input" + number), content));
        }
        for (int number = 0; number < GATEWAYS; number++) {
            String name = "gateway-" + number;
            gateways.add(new GatewayUnderTest(vertx, member(name), GATEWAYS, TimeSource.SYSTEM, directory.resolve(name))
                    .start());
        }
        for (int number = 0; number < WORKERS; number++) {
            String name = "worker-" + number;
            workers.add(WorkerUnderTest.direct(vertx, member(name), SLOTS, new Encoder(cost), directory.resolve(name)));
        }
        Awaitility.await("the workers")
                .atMost(Patience.seconds(60))
                .until(() -> gateways.stream()
                        .allMatch(gateway -> gateway.workers.capacity(GATEWAYS).slots() == WORKERS * SLOTS));
    }

    private ClusterSettings.Shared member(String name) {
        return ClusterUnderTest.member(name, "slots", broker.port(), TestServers.USER, TestServers.PASSWORD);
    }

    private static int number(Path input) {
        try (FileChannel file = FileChannel.open(input)) {
            ByteBuffer number = ByteBuffer.allocate(Integer.BYTES);
            file.read(number);
            return number.flip().getInt();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs units, a few at once, as fast as this machine can. */
    public void warmUp(int units) throws Exception {
        Semaphore open = new Semaphore(AT_ONCE);
        for (int number = 0; number < units; number++) {
            open.acquire();
            var _ = submit(gateways.get(number % GATEWAYS), new Unit(inputs.take(), System.nanoTime()))
                    .whenComplete((_, _) -> open.release());
        }
        open.acquire(AT_ONCE);
    }

    /** Submits units at the gateways in turns, one in each interval; returns them when all are answered. */
    public List<Unit> run(int units, Duration interval) throws Exception {
        List<Unit> all = new ArrayList<>();
        List<CompletableFuture<?>> ends = new ArrayList<>();
        long began = System.nanoTime();
        for (int number = 0; number < units; number++) {
            long planned = began + number * interval.toNanos();
            TimeUnit.NANOSECONDS.sleep(planned - System.nanoTime());
            Unit unit = new Unit(inputs.take(), planned);
            all.add(unit);
            ends.add(submit(gateways.get(number % GATEWAYS), unit));
        }
        for (CompletableFuture<?> end : ends) {
            end.get(10, TimeUnit.MINUTES);
        }
        return all;
    }

    private CompletableFuture<?> submit(GatewayUnderTest gateway, Unit unit) throws IOException {
        open.put(number(unit.input), unit);
        TranscodeUnit order = gateway.unit(unit.input);
        unit.submitted = System.nanoTime();
        TranscodeRequest request = DispatcherForCluster.request(
                "unit-" + numbers.incrementAndGet(),
                "client",
                Priority.NORMAL,
                order,
                false,
                () -> unit.chosen = System.nanoTime());
        return gateway.dispatcher.submit(request).subscribeAsCompletionStage().thenAccept(result -> {
            unit.answered = System.nanoTime();
            inputs.add(unit.input);
            if (!(result instanceof TranscodeResult.Completed)) {
                throw new AssertionError(
                        "a unit is answered with " + result + "; this machine may be too slow or busy");
            }
        });
    }

    /** Processor time of the broker's process so far. */
    public Duration ofBroker() {
        return broker.processorTime();
    }

    /** Slots that gateways have given back so far. */
    public double returned() {
        return gateways.stream()
                .mapToDouble(gateway -> gateway.registry
                        .get("xg2g.cluster.slots.returned")
                        .counter()
                        .count())
                .sum();
    }

    @Override
    public void close() throws IOException {
        gateways.forEach(GatewayUnderTest::close);
        for (WorkerUnderTest worker : workers) {
            worker.close();
        }
        vertx.close().toCompletionStage().toCompletableFuture().join();
        broker.close();
    }
}
