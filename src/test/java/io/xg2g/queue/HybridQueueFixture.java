package io.xg2g.queue;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A work queue with a disk and a clock of its own. */
abstract class HybridQueueFixture {
    static final Duration LEASE = Duration.ofSeconds(30);
    static final int ITEMS = 500;
    static final int ITEM_BYTES = 2_000;
    static final Duration MINUTE = Duration.ofMinutes(1);

    static final Serializer<String> TEXT = new Serializer<>() {
        @Override
        public byte[] toBytes(String item) {
            return item.getBytes(UTF_8);
        }

        @Override
        public String fromBytes(byte[] bytes) {
            return new String(bytes, UTF_8);
        }
    };

    final ManualClock clock = new ManualClock();
    final Reports reports = new Reports();
    final SimulatedDisk disk = new SimulatedDisk();
    HybridQueue<String> queue;

    /** Adds the memory and the files of a kind of queue. */
    abstract QueueOptions kind(QueueOptions options);

    /** Durability of a kind; {@code null} without files. */
    @Nullable
    Durability durability() {
        QueueOptions.Storage files = options().storage();
        return files == null ? null : files.durability();
    }

    QueueOptions options() {
        return kind(QueueOptions.named("spec")
                .with(new QueueOptions.Bounds(3, ITEMS, ITEM_BYTES))
                .withLease(LEASE)
                .with(clock)
                .with(reports));
    }

    HybridQueue<String> open() throws IOException {
        return new HybridQueue<>(options(), TEXT, options().storage() == null ? null : disk, false);
    }

    void reopen() throws IOException {
        queue.close();
        queue = open();
        assertThat(queue.recovery().damage()).isEmpty();
        assertThat(queue.recovery().bytesCut()).isZero();
    }

    @BeforeEach
    void openIt() throws IOException {
        queue = open();
    }

    @AfterEach
    void closeIt() throws IOException {
        queue.close();
        assertThat(disk.open()).isZero();
        assertThat(reports.damage).isEmpty();
    }

    void add(String... items) {
        List.of(items).forEach(queue::add);
    }

    List<String> pollAll() {
        List<String> items = new ArrayList<>();
        for (Optional<Delivery<String>> next = queue.poll(); next.isPresent(); next = queue.poll()) {
            items.add(next.get().item());
        }
        return items;
    }
}
