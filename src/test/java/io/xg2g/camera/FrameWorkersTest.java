package io.xg2g.camera;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.schedule.ManualTime;
import io.xg2g.schedule.Patience;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FrameWorkersTest {
    private static final FrameWorkers.Bounds BOUNDS = new FrameWorkers.Bounds(2, 1 << 20, 3);

    private final ManualTime time = new ManualTime();
    private final List<FrameWorkers> open = new ArrayList<>();
    private final Map<String, AtomicInteger> sequences = new ConcurrentHashMap<>();

    /** Output whose deliveries a test completes. */
    private static final class Manual implements FrameOutput {
        final List<Frame> delivered = new CopyOnWriteArrayList<>();
        final List<CompletableFuture<Void>> answers = new CopyOnWriteArrayList<>();

        @Override
        public String name() {
            return "manual";
        }

        @Override
        public boolean enabled() {
            return true;
        }

        @Override
        public CompletionStage<Void> deliver(Frame frame) {
            CompletableFuture<Void> answer = new CompletableFuture<>();
            synchronized (this) {
                answers.add(answer);
                delivered.add(frame);
            }
            return answer;
        }

        long count(String camera) {
            return delivered.stream()
                    .filter(frame -> frame.camera().equals(camera))
                    .count();
        }
    }

    /** Output that does something with each frame. */
    private record Delivering(Function<Frame, CompletionStage<Void>> delivery) implements FrameOutput {
        @Override
        public String name() {
            return "delivering";
        }

        @Override
        public boolean enabled() {
            return true;
        }

        @Override
        public CompletionStage<Void> deliver(Frame frame) {
            return delivery.apply(frame);
        }
    }

    /** Counts of a camera's observer. */
    private static final class Counts implements FrameWorkers.Observer {
        final AtomicInteger dropped = new AtomicInteger();
        final List<Duration> published = new CopyOnWriteArrayList<>();

        @Override
        public void published(Duration latency) {
            published.add(latency);
        }

        @Override
        public void dropped(int frames) {
            dropped.addAndGet(frames);
        }
    }

    @AfterEach
    void close() throws InterruptedException {
        for (FrameWorkers workers : open) {
            workers.close(Duration.ZERO);
        }
    }

    @Test
    void framesAreDeliveredInOrderAndCountedWhenTheOutputAccepts() {
        Manual output = new Manual();
        FrameWorkers workers = workers(List.of(output), 100);
        Counts counts = new Counts();
        FrameWorkers.Lane lane = workers.add(counts);
        submit(lane, "a", 3);
        await(() -> output.delivered.size() == 3);
        assertThat(workers.stats().processing()).isEqualTo(3);
        assertThat(counts.published).isEmpty();

        time.advance(Duration.ofMillis(40));
        output.answers.get(0).complete(null);
        output.answers.get(1).completeExceptionally(new IllegalStateException("refused"));
        output.answers.get(2).complete(null);

        assertThat(output.delivered).extracting(Frame::sequence).containsExactly(1L, 2L, 3L);
        assertThat(counts.published).containsExactly(Duration.ofMillis(40), Duration.ofMillis(40));
        assertThat(counts.dropped).hasValue(1);
        assertThat(workers.stats()).isEqualTo(new FrameWorkers.Stats(2, 0, 100, 0, 2, 1, 0));
    }

    @Test
    void anOutputThatNeverAnswersCostsTheOldestFramesOnly() {
        Manual output = new Manual();
        FrameWorkers workers = workers(List.of(output), 10);
        Counts counts = new Counts();
        FrameWorkers.Lane lane = workers.add(counts);
        submit(lane, "a", 3);
        await(() -> output.delivered.size() == 3);

        submit(lane, "a", 25);

        assertThat(counts.dropped).hasValue(15);
        assertThat(workers.stats().queue()).isEqualTo(10);
        assertThat(workers.stats().processing()).isEqualTo(3);
        output.answers.forEach(answer -> answer.complete(null));
        await(() -> output.delivered.size() == 6);
        // The newest ten of the twenty-eight were left.
        assertThat(output.delivered).extracting(Frame::sequence).containsExactly(1L, 2L, 3L, 19L, 20L, 21L);
    }

    @Test
    void aStuckCameraDelaysNoOtherOne() {
        Manual output = new Manual();
        FrameWorkers workers = workers(List.of(output), 100);
        FrameWorkers.Lane stuck = workers.add(new Counts());
        Counts counts = new Counts();
        FrameWorkers.Lane other = workers.add(counts);
        submit(stuck, "stuck", 50);
        await(() -> output.count("stuck") == 3);

        for (int i = 1; i <= 20; i++) {
            submit(other, "other", 1);
            int expected = i;
            await(() -> output.count("other") == expected);
            output.answers.getLast().complete(null);
        }

        assertThat(counts.published).hasSize(20);
        assertThat(output.count("stuck")).isEqualTo(3);
    }

    @Test
    void camerasTakeTurns() {
        List<String> order = new CopyOnWriteArrayList<>();
        CompletableFuture<Void> gate = new CompletableFuture<>();
        FrameOutput output = new Delivering(frame -> {
            gate.join();
            order.add(frame.camera());
            return CompletableFuture.completedFuture(null);
        });
        FrameWorkers workers = new FrameWorkers(
                new FrameWorkers.Bounds(1, 1 << 20, 100),
                List.of(output),
                Thread.ofVirtual().factory(),
                time);
        open.add(workers);
        workers.capacity(300);
        FrameWorkers.Lane a = workers.add(new Counts());
        FrameWorkers.Lane b = workers.add(new Counts());
        FrameWorkers.Lane c = workers.add(new Counts());
        submit(a, "a", 40);
        submit(b, "b", 4);
        submit(c, "c", 4);
        gate.complete(null);
        await(() -> order.size() == 48);

        // While all have frames, none gets two turns before the others.
        for (int turn = 1; turn < 4; turn++) {
            assertThat(order.subList(3 * turn - 2, 3 * turn + 1)).containsExactlyInAnyOrder("a", "b", "c");
        }
    }

    @Test
    void aFrameHasToBeAcceptedByEveryOutput() {
        Manual one = new Manual();
        Manual other = new Manual();
        FrameWorkers workers = workers(List.of(one, other), 100);
        Counts counts = new Counts();
        submit(workers.add(counts), "a", 1);
        await(() -> other.delivered.size() == 1);

        one.answers.getFirst().complete(null);
        assertThat(counts.published).isEmpty();
        other.answers.getFirst().complete(null);

        assertThat(counts.published).hasSize(1);
    }

    @Test
    void anOutputThatThrowsHarmsNothing() {
        Manual working = new Manual();
        FrameOutput broken = new Delivering(frame -> {
            throw new IllegalStateException("bug");
        });
        FrameWorkers workers = workers(List.of(broken, working), 100);
        Counts counts = new Counts();
        FrameWorkers.Lane lane = workers.add(counts);
        submit(lane, "a", 2);
        await(() -> working.delivered.size() == 2);
        working.answers.forEach(answer -> answer.complete(null));

        await(() -> workers.stats().errors() == 2);
        assertThat(counts.dropped).hasValue(2);
    }

    @Test
    void aBufferIsBoundedByItsSizeToo() {
        Manual output = new Manual();
        FrameWorkers workers = new FrameWorkers(
                new FrameWorkers.Bounds(1, 1000, 1),
                List.of(output),
                Thread.ofVirtual().factory(),
                time);
        open.add(workers);
        workers.capacity(100);
        Counts counts = new Counts();
        FrameWorkers.Lane lane = workers.add(counts);
        submit(lane, "a", 1);
        await(() -> output.delivered.size() == 1);

        submit(lane, "a", 20);

        // 20 frames of 100 bytes in 1000.
        assertThat(workers.stats().queue()).isEqualTo(10);
        assertThat(counts.dropped).hasValue(10);
    }

    @Test
    void closingDeliversWhatWaitsAndDropsTheRest() throws Exception {
        Manual output = new Manual();
        FrameWorkers workers = workers(List.of(output), 100);
        Counts counts = new Counts();
        FrameWorkers.Lane lane = workers.add(counts);
        submit(lane, "a", 5);
        await(() -> output.delivered.size() == 3);
        Thread closing = Thread.ofVirtual().start(() -> {
            try {
                workers.close(Patience.seconds(60));
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        await(() -> {
            int before = counts.dropped.get();
            submit(lane, "a", 1);
            return counts.dropped.get() > before;
        });

        await(() -> {
            output.answers.forEach(answer -> answer.complete(null));
            return !closing.isAlive();
        });

        assertThat(counts.published).hasSizeGreaterThanOrEqualTo(5);
        assertThat(workers.stats().queue()).isZero();
    }

    @Test
    void closingDoesNotWaitForAnOutputThatNeverAnswers() throws Exception {
        Manual output = new Manual();
        FrameWorkers workers = workers(List.of(output), 100);
        Counts counts = new Counts();
        FrameWorkers.Lane lane = workers.add(counts);
        submit(lane, "a", 10);
        await(() -> output.delivered.size() == 3);

        workers.close(Duration.ofMillis(1));

        assertThat(counts.dropped).hasValue(7);
        submit(lane, "a", 1);
        assertThat(counts.dropped).hasValue(8);
    }

    @Test
    void aRemovedCameraDropsItsFrames() {
        Manual output = new Manual();
        FrameWorkers workers = workers(List.of(output), 100);
        Counts counts = new Counts();
        FrameWorkers.Lane lane = workers.add(counts);
        submit(lane, "a", 10);
        await(() -> output.delivered.size() == 3);

        lane.remove();
        output.answers.forEach(answer -> answer.complete(null));

        assertThat(counts.dropped).hasValue(7);
        await(() -> counts.published.size() == 3);
        assertThat(output.delivered).hasSize(3);
    }

    private FrameWorkers workers(List<FrameOutput> outputs, int capacity) {
        FrameWorkers workers =
                new FrameWorkers(BOUNDS, outputs, Thread.ofVirtual().factory(), time);
        workers.capacity(capacity);
        open.add(workers);
        return workers;
    }

    private void submit(FrameWorkers.Lane lane, String camera, int count) {
        for (int i = 0; i < count; i++) {
            long sequence =
                    sequences.computeIfAbsent(camera, _ -> new AtomicInteger()).incrementAndGet();
            lane.submit(new Frame(camera, sequence, null, Instant.EPOCH, 2, 2, JpegBytes.of(new byte[100])));
        }
    }

    private static void await(java.util.concurrent.Callable<Boolean> condition) {
        Awaitility.await()
                .atMost(Patience.seconds(30))
                .pollInterval(Duration.ofMillis(2))
                .until(condition);
    }
}
