package io.xg2g.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.gpu.SamplerCircuit.Failure;
import io.xg2g.schedule.Patience;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SamplerCircuitTest {
    private static final Duration LONG = Duration.ofMinutes(5);
    private static final Duration SHORT = Duration.ofMillis(20);

    private final List<Failure> failures = new ArrayList<>();
    private final AtomicInteger calls = new AtomicInteger();
    private final CountDownLatch closed = new CountDownLatch(1);
    private Supplier<SamplerResult> next = () -> SamplerResult.EMPTY;
    private SamplerCircuit circuit;

    @AfterEach
    void end() {
        circuit.close();
    }

    @Test
    void aSamplerHasItsOwnThread() throws Exception {
        List<Thread> threads = new ArrayList<>();
        start(LONG, LONG);
        next = () -> {
            threads.add(Thread.currentThread());
            return SamplerResult.EMPTY;
        };

        assertThat(circuit.sample()).contains(SamplerResult.EMPTY);
        assertThat(circuit.sample()).contains(SamplerResult.EMPTY);

        assertThat(threads).hasSize(2).doesNotContain(Thread.currentThread());
        assertThat(threads.get(0)).isSameAs(threads.get(1));
        assertThat(threads.get(0).isVirtual()).isFalse();
        assertThat(threads.get(0).isDaemon()).isTrue();
    }

    @Test
    void aHangingSamplerIsNotCalledUntilItReturns() throws Exception {
        start(Patience.seconds(1), SHORT);
        next = () -> new SamplerResult(List.of(Samples.of("gpu1", Map.of())), List.of());
        assertThat(circuit.sample()).isPresent();
        CountDownLatch hang = new CountDownLatch(1);
        next = () -> waitFor(hang);

        assertThat(circuit.sample()).isEmpty();
        assertThat(circuit.sample()).isEmpty();
        assertThat(failures).containsExactly(Failure.TIMEOUT, Failure.HANGING);
        assertThat(circuit.lastError()).isEqualTo("the previous call has not returned");
        assertThat(calls).hasValue(2);

        next = () -> SamplerResult.EMPTY;
        hang.countDown();

        Awaitility.await().until(() -> circuit.sample().isPresent());
        assertThat(circuit.lastError()).isEmpty();
        assertThat(circuit.state()).isEqualTo("closed");
    }

    @Test
    void threeFailuresInARowOpenTheBreaker() throws Exception {
        start(LONG, LONG);
        next = () -> {
            throw new IllegalStateException("the driver is not loaded");
        };

        for (int i = 0; i < 5; i++) {
            assertThat(circuit.sample()).isEmpty();
        }

        assertThat(calls).hasValue(3);
        assertThat(failures).containsExactly(Failure.ERROR, Failure.ERROR, Failure.ERROR);
        assertThat(circuit.state()).isEqualTo("open");
        assertThat(circuit.lastError()).isEqualTo("the driver is not loaded");
    }

    @Test
    void oneSuccessAfterThePauseClosesTheBreaker() throws Exception {
        start(LONG, SHORT);
        next = () -> {
            throw new IllegalStateException("the driver is not loaded");
        };
        for (int i = 0; i < 3; i++) {
            circuit.sample();
        }
        next = () -> SamplerResult.EMPTY;

        Awaitility.await().until(() -> circuit.sample().isPresent());

        assertThat(circuit.state()).isEqualTo("closed");
    }

    @Test
    void closingClosesTheSampler() throws Exception {
        start(LONG, LONG);
        circuit.sample();
        circuit.close();

        assertThat(closed.await(Patience.seconds(10).toSeconds(), java.util.concurrent.TimeUnit.SECONDS))
                .isTrue();
    }

    @Test
    void aClosedSamplerReturnsNothingAndIsNoFailure() throws Exception {
        start(LONG, LONG);
        circuit.close();

        assertThat(circuit.sample()).isEmpty();
        assertThat(failures).isEmpty();
    }

    private void start(Duration timeout, Duration pause) {
        GpuSampler sampler = new GpuSampler() {
            @Override
            public String name() {
                return "test";
            }

            @Override
            public SamplerResult sample() {
                calls.incrementAndGet();
                return next.get();
            }

            @Override
            public void close() {
                closed.countDown();
            }
        };
        circuit = new SamplerCircuit(sampler, timeout, pause, (_, failure) -> failures.add(failure));
    }

    private static SamplerResult waitFor(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return SamplerResult.EMPTY;
    }
}
