package io.xg2g.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What processes do whose memory or file system is small. The output ends with {@code ok}. */
final class QueueScenarios {
    private static final int MILLION = 1_000_000;

    private QueueScenarios() {}

    /** Arguments: the scenario, and the directory. */
    public static void main(String[] arguments) throws Exception {
        Path directory = Path.of(arguments[1]);
        switch (arguments[0]) {
            case "full" -> fillTheFileSystem(directory);
            case "million" -> addMoreThanMemoryHolds(directory);
            default -> throw new IllegalArgumentException(arguments[0]);
        }
        System.out.println("ok");
    }

    private static HybridQueue<byte[]> open(Path directory, Durability durability) throws IOException {
        return HybridQueue.open(
                QueueOptions.named("scenario")
                        .with(new QueueOptions.Bounds(1, 2 * MILLION, 1 << 20))
                        .with(new QueueOptions.Memory(1_000, 1 << 20, 0.8, Overflow.OLDEST))
                        .with(QueueOptions.Storage.in(directory.resolve("queue"), durability)
                                .sized(1L << 30, 1 << 16)),
                Serializer.BYTES);
    }

    private static void fillTheFileSystem(Path directory) throws IOException, InterruptedException {
        for (Durability durability : Durability.values()) {
            try (HybridQueue<byte[]> queue = open(directory, durability)) {
                int added = fill(queue);
                assertThat(added).isGreaterThan(100);
                List<Delivery<byte[]>> taken = queue.poll(added / 2);
                assertThat(taken).hasSize(added / 2);
                assertThat(queue.acknowledge(taken)).isEqualTo(added / 2);
                queue.maintain();
                queue.compact();
                int again = fill(queue);
                assertThat(again).as("there is room again").isGreaterThan(added / 4);
                queue.acknowledge(queue.poll(again));
                queue.maintain();
            }
            long left;
            try (HybridQueue<byte[]> queue = open(directory, durability)) {
                assertThat(queue.recovery().damage()).isEmpty();
                left = queue.recovery().items();
                assertThat(left).isPositive();
            }
            remount(directory, "ro");
            assertThatIOException()
                    .isThrownBy(() -> open(directory, durability))
                    .withMessageContaining("Read-only file system");
            remount(directory, "rw");
            try (HybridQueue<byte[]> queue = open(directory, durability)) {
                assertThat(queue.recovery().items()).isEqualTo(left);
                queue.acknowledge(queue.poll(MILLION));
                queue.compact();
                assertThat(queue.stats().items()).isZero();
            }
        }
    }

    /** Adds items until one is refused. */
    private static int fill(HybridQueue<byte[]> queue) {
        int added = 0;
        try {
            while (added < MILLION) {
                queue.add(new byte[2_000]);
                added++;
            }
        } catch (QueueException.Full full) {
            assertThat(full)
                    .hasMessageMatching("(?s).*(bytes left, and 262144 are reserved|No space left on device).*");
        }
        return added;
    }

    private static void remount(Path directory, String mode) throws IOException, InterruptedException {
        String output = QueueProcess.run(List.of("mount", "-o", "remount," + mode, directory.toString()));
        assertThat(output).isEmpty();
    }

    private static void addMoreThanMemoryHolds(Path directory) throws IOException {
        assertThat(Runtime.getRuntime().maxMemory()).isLessThan(400L * MILLION);
        try (HybridQueue<byte[]> queue = open(directory, Durability.ASYNC)) {
            for (int i = 0; i < MILLION; i++) {
                byte[] payload = new byte[400];
                payload[0] = (byte) i;
                queue.add(payload);
            }
            QueueStats stats = queue.stats();
            assertThat(stats.items()).isEqualTo(MILLION);
            assertThat(stats.memoryBytes()).isLessThanOrEqualTo(1 << 20);
        }
        try (HybridQueue<byte[]> queue = open(directory, Durability.ASYNC)) {
            int number = 0;
            List<Delivery<byte[]>> batch = new ArrayList<>();
            for (Optional<Delivery<byte[]>> next = queue.poll(); next.isPresent(); next = queue.poll()) {
                assertThat(next.get().item()[0]).isEqualTo((byte) number);
                number++;
                batch.add(next.get());
                if (batch.size() == 1_000) {
                    queue.acknowledge(batch);
                    batch.clear();
                    assertThat(queue.stats().memoryBytes()).isLessThanOrEqualTo(1 << 20);
                }
            }
            assertThat(number).isEqualTo(MILLION);
        }
    }
}
