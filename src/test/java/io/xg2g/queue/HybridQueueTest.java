package io.xg2g.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The kinds of work queues, and what is special to one. */
class HybridQueueTest {
    private static QueueOptions.Storage files(Durability durability) {
        return QueueOptions.Storage.in(Path.of("simulated"), durability);
    }

    private static QueueOptions.Memory memory(int items, long bytes, Overflow overflow) {
        return new QueueOptions.Memory(items, bytes, 0.8, overflow);
    }

    @Nested
    class InMemory extends HybridQueueSpecification {
        @Override
        QueueOptions kind(QueueOptions options) {
            return options;
        }
    }

    @Nested
    class Spilling extends HybridQueueSpecification {
        @Override
        QueueOptions kind(QueueOptions options) {
            return options.with(files(Durability.NONE)).with(memory(20, 1 << 20, Overflow.LOWEST_PRIORITY));
        }

        @Test
        void nothingIsWrittenWhileMemoryHasRoom() {
            IntStream.range(0, 16).forEach(i -> queue.add("item " + i));
            assertThat(disk.calls()).isZero();
            queue.add("one more");
            assertThat(disk.calls()).isPositive();
            assertThat(reports.pressure).containsExactly(17);
        }

        @Test
        void aSyncMakesAllFilesDurable() throws IOException {
            QueueOptions options = options().with(files(Durability.NONE).sized(1 << 20, 1 << 12));
            for (int seed = 0; seed < 20; seed++) {
                SimulatedDisk small = new SimulatedDisk(seed, 512);
                try (HybridQueue<String> written = new HybridQueue<>(options, TEXT, small, false)) {
                    IntStream.range(0, 30).forEach(i -> written.add("x".repeat(500)));
                    written.shrink();
                    written.sync();
                    SimulatedDisk left = small.cut(new Random(seed));
                    try (HybridQueue<String> afterCut = new HybridQueue<>(options, TEXT, left, false)) {
                        assertThat(afterCut.recovery().damage()).isEmpty();
                        assertThat(afterCut.recovery().items()).isEqualTo(30);
                    }
                }
            }
        }
    }

    @Nested
    class Asynchronous extends HybridQueueSpecification {
        @Override
        QueueOptions kind(QueueOptions options) {
            return options.with(files(Durability.ASYNC)).with(memory(1_000, 4_000, Overflow.LARGEST));
        }

        @Test
        void theBackgroundWorkSyncsWhatWasDone() throws IOException {
            queue.add("a");
            int before = reports.syncs();
            queue.maintain();
            queue.maintain();
            assertThat(reports.syncs()).isEqualTo(before + 1);
        }
    }

    @Nested
    class Synchronous extends HybridQueueSpecification {
        @Override
        QueueOptions kind(QueueOptions options) {
            return options.with(files(Durability.SYNC));
        }

        @Test
        void eachOperationIsSyncedOnce() {
            queue.add("a");
            queue.add("b");
            assertThat(reports.syncs()).isEqualTo(2);
            queue.acknowledge(queue.poll(2));
            assertThat(reports.syncs()).isEqualTo(3);
        }
    }

    @Nested
    class WithTinyMemory extends HybridQueueSpecification {
        @Override
        QueueOptions kind(QueueOptions options) {
            return options.with(files(Durability.SYNC)).with(memory(1, 10, Overflow.OLDEST));
        }

        @Test
        void whatIsInTheLogAlreadyIsNotWrittenAgain() {
            IntStream.range(0, 100).forEach(i -> queue.add("x".repeat(80)));
            assertThat(queue.stats().logBytes()).isEqualTo(SegmentHeader.BYTES + 100 * RecordHeader.recordBytes(80));
        }
    }

    @Nested
    class InTinySegments extends HybridQueueSpecification {
        @Override
        QueueOptions kind(QueueOptions options) {
            return options.with(files(Durability.ASYNC).sized(1 << 20, 1 << 12)).with(memory(3, 100, Overflow.OLDEST));
        }
    }

    @Nested
    class Compressed extends HybridQueueSpecification {
        @Override
        QueueOptions kind(QueueOptions options) {
            return options.with(files(Durability.SYNC).compressed().syncedEach(Duration.ofSeconds(1)))
                    .with(memory(3, 100, Overflow.LARGEST));
        }

        @Test
        void whatCompressesTakesLessSpace() {
            queue.add("x".repeat(1_000));
            assertThat(queue.stats().logBytes()).isLessThan(300);
            assertThat(queue.poll().orElseThrow().item()).isEqualTo("x".repeat(1_000));
        }
    }
}
