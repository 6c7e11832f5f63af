package io.xg2g.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import io.smallrye.mutiny.Uni;
import io.xg2g.ffmpeg.Failure;
import io.xg2g.ffmpeg.TranscodeOutcome;
import io.xg2g.ffmpeg.TranscodeUnit;
import io.xg2g.gpu.Device;
import io.xg2g.gpu.GpuLoad;
import io.xg2g.process.ProcessPriority;
import io.xg2g.schedule.TimeSource;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.DoubleConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Concurrent threads, timers, cancellations and faults, followed by a shutdown. */
@Timeout(120)
class DispatcherStressTest {
    private static final int CLIENTS = 6;
    private static final int REQUESTS = 1_500;

    private final RecklessSlots slots = new RecklessSlots();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final Dispatcher dispatcher = new Dispatcher(
            new QueueSettings(50, 4, Duration.ofMillis(100), true, SoftwareConfig.Policy.AUTO),
            slots,
            _ -> Uni.createFrom().item(true),
            _ -> GpuLoad.UNKNOWN,
            TimeSource.SYSTEM,
            registry,
            OpenTelemetry.noop().getTracer("test"),
            _ -> {});

    @Test
    void everyRequestIsCompletedOnceAndSlotsAreNeverExceeded() throws InterruptedException {
        dispatcher.install(
                List.of(DispatcherSetup.gpu("gpu0", 2), DispatcherSetup.gpu("gpu1", 3), DispatcherSetup.software(2)));
        RandomClients clients = new RandomClients(dispatcher, CLIENTS, REQUESTS);
        clients.run();

        dispatcher.close(Duration.ofSeconds(60));

        assertThat(clients.answers()).hasSize(CLIENTS * REQUESTS);
        assertThat(clients.answers().values()).allMatch(count -> count.get() == 1);
        assertThat(slots.most.get()).isLessThanOrEqualTo(4);
        assertThat(dispatcher.snapshot().running()).isZero();
        assertThat(dispatcher.snapshot().waitingTotal()).isZero();
    }

    /** Runs that end at once, successfully or not. */
    private static final class RecklessSlots implements UnitRunner {
        private final AtomicInteger running = new AtomicInteger();
        private final AtomicInteger most = new AtomicInteger();
        private final AtomicInteger runs = new AtomicInteger();

        @Override
        public Uni<TranscodeOutcome> run(
                TranscodeUnit unit, Device device, ProcessPriority priority, DoubleConsumer progress, StopSignal stop) {
            return Uni.createFrom().emitter(emitter -> {
                most.accumulateAndGet(running.incrementAndGet(), Math::max);
                Thread.ofVirtual().start(() -> {
                    Thread.yield();
                    TranscodeOutcome outcome = outcome(device, runs.incrementAndGet());
                    running.decrementAndGet();
                    emitter.complete(outcome);
                });
            });
        }

        private static TranscodeOutcome outcome(Device device, int run) {
            Failure.Kind kind = run % 500 == 0 && device.index() == 0
                    ? Failure.Kind.DEVICE_CAPACITY
                    : run == 2_000 ? Failure.Kind.DEVICE_FAULT : Failure.Kind.CRASH;
            return run % 7 == 0 || kind != Failure.Kind.CRASH
                    ? new TranscodeOutcome.Failed("h264_test", new Failure(kind, "made to fail"))
                    : new TranscodeOutcome.Produced("h264_test", List.of());
        }
    }
}
