package io.xg2g.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import io.smallrye.mutiny.Uni;
import io.xg2g.ffmpeg.Failure;
import io.xg2g.ffmpeg.TranscodeOutcome;
import io.xg2g.gpu.Device;
import io.xg2g.gpu.GpuLoad;
import io.xg2g.gpu.Vendor;
import io.xg2g.schedule.TimeSource;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Concurrent requests, cancellations and offers of workers that fail, followed by a shutdown. */
@Timeout(120)
class DispatcherRemoteStressTest {
    private static final int CLIENTS = 4;
    private static final int REQUESTS = 500;
    private static final List<String> WORKERS = List.of("u", "v", "w");

    private final Map<Offered, AtomicInteger> fates = new ConcurrentHashMap<>();
    private final AtomicInteger offers = new AtomicInteger();
    private final AtomicInteger runs = new AtomicInteger();
    private final AtomicInteger tellers = new AtomicInteger();
    private final AtomicInteger mostTellers = new AtomicInteger();
    private final Dispatcher dispatcher = new Dispatcher(
            new QueueSettings(50, 1, Duration.ofMillis(100), true, SoftwareConfig.Policy.AUTO),
            (_, _, _, _, _) -> {
                throw new IllegalStateException("there is no device");
            },
            _ -> Uni.createFrom().item(true),
            _ -> GpuLoad.UNKNOWN,
            TimeSource.SYSTEM,
            new SimpleMeterRegistry(),
            OpenTelemetry.noop().getTracer("test"),
            _ -> {});

    private volatile List<Integer> demand = List.of();
    private volatile boolean over;

    @Test
    void everyRequestHasOneResultAndEveryOfferOneFate() throws InterruptedException {
        // The first one sets up context propagation, which two threads cannot do at once.
        Uni.createFrom().emitter(emitter -> emitter.complete(1)).await().indefinitely();
        dispatcher.install(List.of());
        dispatcher.remote(this::told);
        dispatcher.remote(new RemoteCapacity(Set.copyOf(WORKERS), Set.copyOf(WORKERS), 3, 0, 3, 1));
        List<Thread> workers = WORKERS.stream()
                .map(worker -> Thread.ofPlatform().start(() -> offerAll(worker)))
                .toList();
        RandomClients clients = new RandomClients(dispatcher, CLIENTS, REQUESTS);
        clients.run();

        dispatcher.close(Duration.ofSeconds(60));
        over = true;
        for (Thread worker : workers) {
            worker.join();
        }

        assertThat(clients.answers().size()).isEqualTo(CLIENTS * REQUESTS);
        assertThat(clients.answers().values()).allMatch(count -> count.get() == 1);
        assertThat(fates.size()).isEqualTo(offers.get());
        assertThat(fates.values()).allMatch(count -> count.get() == 1);
        assertThat(runs.get()).isPositive();
        assertThat(dispatcher.snapshot().workers()).contains(new QueueSnapshot.WorkerLoad(3, 0));
        assertThat(demand).containsExactly(0, 0, 0);
        assertThat(mostTellers.get()).isEqualTo(1);
    }

    private void told(List<Integer> waiting) {
        mostTellers.accumulateAndGet(tellers.incrementAndGet(), Math::max);
        demand = waiting;
        tellers.decrementAndGet();
    }

    private void offerAll(String worker) {
        while (!over) {
            offers.incrementAndGet();
            dispatcher.offer(new Offered(worker));
            LockSupport.parkNanos(10_000);
        }
    }

    /** A slot whose unit ends at once, successfully or not. */
    private final class Offered implements RemoteSlot {
        private final String worker;

        private Offered(String worker) {
            this.worker = worker;
        }

        @Override
        public String worker() {
            return worker;
        }

        @Override
        public Device device() {
            return new Device(worker, Vendor.NVIDIA, worker, 0, "");
        }

        @Override
        public boolean isExpired() {
            return false;
        }

        @Override
        public Uni<TranscodeOutcome> run(RemoteRun run) {
            fate();
            int number = runs.incrementAndGet();
            return Uni.createFrom()
                    .emitter(emitter -> Thread.ofVirtual().start(() -> emitter.complete(outcome(number))));
        }

        private static TranscodeOutcome outcome(int run) {
            if (run % 5 == 0) {
                Failure.Kind kind = run % 10 == 0 ? Failure.Kind.WORKER_LOST : Failure.Kind.SLOT_GONE;
                return new TranscodeOutcome.Failed("none", new Failure(kind, "made to fail"));
            }
            return new TranscodeOutcome.Produced("h264_test", List.of());
        }

        @Override
        public void release() {
            fate();
        }

        @Override
        public void refuse() {
            fate();
        }

        private void fate() {
            fates.computeIfAbsent(this, _ -> new AtomicInteger()).incrementAndGet();
        }
    }
}
