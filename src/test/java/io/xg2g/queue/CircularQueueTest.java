package io.xg2g.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The kinds of circular queues, and what is special to one. */
class CircularQueueTest {
    private static QueueOptions.Storage files(Durability durability) {
        return QueueOptions.Storage.in(Path.of("simulated"), durability);
    }

    @Nested
    class InMemory extends CircularQueueSpecification {
        @Override
        QueueOptions kind(QueueOptions options) {
            return options.with(new QueueOptions.Memory(1_000, 1_000, 1, Overflow.OLDEST));
        }

        @Test
        void theBoundInBytesOverwritesTheOldest() {
            for (int i = 10; i < 60; i++) {
                queue.add("x".repeat(38) + i, null);
            }
            assertThat(queue.stats().memoryBytes()).isLessThanOrEqualTo(1_000);
            assertThat(all()).hasSizeBetween(15, 25).last().isEqualTo("x".repeat(38) + 59);
        }
    }

    @Nested
    class Spilling extends CircularQueueSpecification {
        @Override
        QueueOptions kind(QueueOptions options) {
            return options.with(files(Durability.NONE)).with(new QueueOptions.Memory(10, 1_000, 0.8, Overflow.OLDEST));
        }
    }

    @Nested
    class Asynchronous extends CircularQueueSpecification {
        @Override
        QueueOptions kind(QueueOptions options) {
            return options.with(files(Durability.ASYNC));
        }
    }

    @Nested
    class InFewFiles extends CircularQueueSpecification {
        @Override
        QueueOptions kind(QueueOptions options) {
            return options.with(files(Durability.SYNC).sized(1 << 16, 1 << 12))
                    .with(new QueueOptions.Memory(5, 1_000, 0.8, Overflow.LARGEST));
        }

        @Test
        void theBoundOfTheFilesOverwritesTheOldest() throws IOException {
            for (int i = 100; i < 1_000; i++) {
                queue.add("x".repeat(900) + i, null);
                assertThat(queue.stats().logBytes()).isLessThan((1 << 16) + (3 << 12));
            }
            List<String> left = all();
            assertThat(left).hasSizeBetween(30, 70).last().isEqualTo("x".repeat(900) + 999);
            reopen();
            assertThat(all()).isEqualTo(left);
        }

        @Test
        void aFullFileSystemRefusesAndHardlyAnythingGoes() {
            addAll(0, 50);
            disk.capacity(queue.stats().logBytes() + 100);
            for (int i = 0; i < 10; i++) {
                assertThatExceptionOfType(QueueException.Full.class)
                        .isThrownBy(() -> queue.add("x".repeat(900), null))
                        .withMessageContaining("No space left on device");
            }
            assertThat(all()).isEqualTo(numbers(0, 50));
            disk.capacity(1 << 20);
            queue.add("50", null);
            assertThat(all()).isEqualTo(numbers(0, 51));
        }
    }
}
