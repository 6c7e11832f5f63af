package io.xg2g.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.smallrye.mutiny.Multi;
import io.xg2g.ffmpeg.TranscodeOutcome;
import io.xg2g.ffmpeg.TranscodeUnit;
import io.xg2g.ffmpeg.Transcoder;
import io.xg2g.gpu.Device;
import io.xg2g.process.ProcessPriority;
import io.xg2g.schedule.Patience;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Alternative;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.DoubleConsumer;
import java.util.stream.IntStream;
import org.eclipse.microprofile.faulttolerance.exceptions.BulkheadException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Test that the bulkhead around the slots has the configured width, and that the dispatcher never exceeds it. */
@QuarkusTest
@TestProfile(GpuSlotsIT.ThreeSlots.class)
class GpuSlotsIT {

    /** Three slots and a transcoder that the test blocks. */
    public static class ThreeSlots implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "xg2g.ffmpeg.work-dir", "target/gpu-slots",
                    "xg2g.gpu.queue.workers", "3",
                    "xg2g.gpu.queue.size", "1000");
        }

        @Override
        public Set<Class<?>> getEnabledAlternatives() {
            return Set.of(GatedTranscoder.class);
        }
    }

    /** One unit completes for each permit. */
    @Alternative
    @ApplicationScoped
    public static class GatedTranscoder implements Transcoder {
        private final Semaphore gate = new Semaphore(0);
        private final AtomicInteger inside = new AtomicInteger();
        private final AtomicInteger most = new AtomicInteger();

        @Override
        public TranscodeOutcome transcode(
                TranscodeUnit unit, Device device, ProcessPriority priority, DoubleConsumer progress) {
            most.accumulateAndGet(inside.incrementAndGet(), Math::max);
            gate.acquireUninterruptibly();
            inside.decrementAndGet();
            return new TranscodeOutcome.Produced("h264_test", List.of());
        }

        void open(int units) {
            gate.release(units);
        }

        int inside() {
            return inside.get();
        }

        int most() {
            return most.get();
        }

        void reset() {
            gate.drainPermits();
            most.set(0);
        }
    }

    @Inject
    GpuSlots slots;

    @Inject
    Dispatcher dispatcher;

    @Inject
    GatedTranscoder transcoder;

    @Inject
    MeterRegistry registry;

    @BeforeEach
    void reset() {
        transcoder.reset();
    }

    @Test
    void theBulkheadHasAsManyPermitsAsThereAreSlots() {
        // Given as many units as there are slots, without the dispatcher
        double refusedBefore = refused();
        List<Object> ends = new ArrayList<>();
        IntStream.range(0, 3).forEach(i -> run("a" + i, ends));
        await().until(() -> transcoder.inside() == 3);

        // When two more arrive: one takes the bulkhead's minimal queue, the other is rejected
        run("b0", ends);
        run("c0", ends);

        assertThat(ends).hasSize(1).first().isInstanceOf(BulkheadException.class);
        assertThat(refused()).isEqualTo(refusedBefore + 1);
        transcoder.open(4);
        await().until(() -> {
            synchronized (ends) {
                return ends.size() == 5;
            }
        });
        assertThat(transcoder.most()).isEqualTo(3);
    }

    @Test
    void theDispatcherNeverExceedsTheBulkhead() {
        double refusedBefore = refused();
        dispatcher.install(List.of(DispatcherSetup.gpu("gpu0", 2), DispatcherSetup.gpu("gpu1", 8)));
        transcoder.open(500);

        List<TranscodeResult> results = Multi.createFrom()
                .range(0, 500)
                .onItem()
                .transformToUni(i -> dispatcher.submit(Requests.normal("client".repeat(i % 3 + 1) + i)))
                .merge(500)
                .collect()
                .asList()
                .await()
                .atMost(Patience.seconds(60));

        assertThat(results).hasSize(500).allMatch(TranscodeResult.Completed.class::isInstance);
        assertThat(transcoder.most()).isLessThanOrEqualTo(3);
        assertThat(refused()).isEqualTo(refusedBefore);
    }

    private void run(String id, List<Object> ends) {
        slots.run(Requests.unit(id), Device.SOFTWARE, ProcessPriority.NORMAL, share -> {}, new StopSignal())
                .subscribe()
                .with(end -> add(ends, end), failure -> add(ends, failure));
    }

    private static void add(List<Object> ends, Object end) {
        synchronized (ends) {
            ends.add(end);
        }
    }

    private double refused() {
        return registry.find("ft.bulkhead.calls.total").tag("bulkhead_result", "rejected").counters().stream()
                .mapToDouble(counter -> counter.count())
                .sum();
    }
}
