package io.xg2g.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.xg2g.random.RandomInput;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Does the same random operations with a {@link HybridQueue} and a {@link ModelQueue}, and compares what they answer. */
final class RandomOperations {
    private static final int ITEMS = 60;
    private static final Duration LEASE = Duration.ofSeconds(10);

    /** Files that a queue has open, at most. */
    private static final int FILES_OPEN = 8;

    private record Taken(Delivery<byte[]> delivery, ModelQueue.Item item) {
        private boolean isCurrent(ModelQueue model) {
            return model.items().contains(item) && item.leaseEnd != null && item.deliveries == delivery.number();
        }
    }

    private final RandomInput random;
    private final ManualClock clock = new ManualClock();
    private final Reports reports = new Reports();
    private final SimulatedDisk disk;
    private final QueueOptions options;
    private final ModelQueue model = new ModelQueue(clock);
    private final List<Taken> taken = new ArrayList<>();
    private HybridQueue<byte[]> queue;

    RandomOperations(RandomInput random, Durability durability) throws IOException {
        this.random = random;
        disk = new SimulatedDisk(random.anyLong(), 512);
        QueueOptions.Storage files = QueueOptions.Storage.in(Path.of("simulated"), durability)
                .sized(1 << 22, random.of(1 << 12, 1 << 13, 1 << 16));
        options = QueueOptions.named("random")
                .with(new QueueOptions.Bounds(random.between(1, 4), ITEMS, 6_000))
                .with(new QueueOptions.Memory(
                        random.between(1, 40),
                        random.between(1, 20_000),
                        random.of(0.1, 0.8, 1.0),
                        random.of(Overflow.values())))
                .with(random.chance(0.5) ? files.compressed() : files)
                .withLease(LEASE)
                .with(clock)
                .with(reports);
        queue = new HybridQueue<>(options, Serializer.BYTES, disk, false);
    }

    void run(int operations) throws IOException {
        for (int i = 0; i < operations; i++) {
            operation();
            check();
        }
        restart();
        drain();
        queue.close();
        assertThat(disk.open()).isZero();
    }

    private void operation() throws IOException {
        switch (random.between(0, 19)) {
            case 0, 1, 2, 3, 4 -> add();
            case 5, 6, 7, 8 -> poll();
            case 9, 10, 11 -> acknowledge();
            case 12, 13 -> putBack();
            case 14 -> extend();
            case 15 -> maintain();
            case 16 -> clock.pass(Duration.ofMillis(random.between(0, random.of(10, 3_000, 11_000))));
            case 17 -> clock.step(Duration.ofMillis(random.between(-3_600_000, 3_600_000)));
            case 18 -> moveToDisk();
            default -> rarely();
        }
    }

    private void rarely() throws IOException {
        switch (random.between(0, 8)) {
            case 0, 1 -> restart();
            case 2 -> queue.compact();
            case 3 -> peek();
            case 4 -> queue.setMemoryLimit(random.between(1, 40), random.between(1, 20_000));
            case 5 -> queue.sync();
            case 6 -> deleteFiles();
            default -> acknowledgeAll();
        }
    }

    private void add() {
        byte[] payload = random.bytes(random.of(10, 300, 300, 6_000));
        if (random.chance(0.3)) {
            Arrays.fill(payload, (byte) 7);
        }
        int level = random.between(0, options.bounds().levels() - 1);
        Long ttl = random.chance(0.3) ? random.between(1L, 30_000L) : null;
        Duration timeToLive = ttl == null ? null : Duration.ofMillis(ttl);
        if (model.items().size() >= ITEMS) {
            assertThatExceptionOfType(QueueException.Full.class)
                    .isThrownBy(() -> queue.add(payload, level, timeToLive));
        } else {
            queue.add(payload, level, timeToLive);
            model.add(level, payload, ttl);
        }
    }

    private void poll() {
        int most = random.of(1, 1, 3, 100);
        for (Delivery<byte[]> delivery : queue.poll(most)) {
            ModelQueue.Item item = model.poll(LEASE.toNanos()).orElseThrow();
            assertThat(delivery.item()).isEqualTo(item.payload);
            assertThat(delivery.number()).isEqualTo(item.deliveries);
            assertThat(delivery.level()).isEqualTo(item.level);
            taken.add(new Taken(delivery, item));
            most--;
        }
        if (most > 0) {
            assertThat(model.poll(LEASE.toNanos())).isEmpty();
        }
    }

    private void peek() {
        Optional<byte[]> next = queue.peek();
        Optional<ModelQueue.Item> expected = model.poll(LEASE.toNanos());
        expected.ifPresent(item -> {
            item.deliveries--;
            item.leaseEnd = null;
        });
        assertThat(next.map(Arrays::toString)).isEqualTo(expected.map(item -> Arrays.toString(item.payload)));
    }

    private void acknowledge() {
        if (!taken.isEmpty()) {
            Taken one = taken.get(random.between(0, taken.size() - 1));
            boolean current = one.isCurrent(model);
            assertThat(one.delivery().acknowledge()).isEqualTo(current);
            if (current) {
                model.items().remove(one.item());
            }
        }
    }

    private void acknowledgeAll() {
        List<Taken> current = taken.stream().filter(one -> one.isCurrent(model)).toList();
        assertThat(queue.acknowledge(taken.stream().map(Taken::delivery).toList()))
                .isEqualTo(current.size());
        current.forEach(one -> model.items().remove(one.item()));
        taken.clear();
    }

    private void putBack() {
        if (!taken.isEmpty()) {
            Taken one = taken.remove(random.between(0, taken.size() - 1));
            boolean current = one.isCurrent(model);
            Duration delay = Duration.ofMillis(random.of(0, 0, 1, 5_000));
            assertThat(one.delivery().putBack(delay)).isEqualTo(current);
            if (current) {
                one.item().leaseEnd = null;
                one.item().delayEnd = delay.isZero() ? null : clock.nanoTime() + delay.toNanos();
            }
        }
    }

    private void extend() {
        if (!taken.isEmpty()) {
            Taken one = taken.get(random.between(0, taken.size() - 1));
            boolean current = one.isCurrent(model);
            assertThat(one.delivery().extend()).isEqualTo(current);
            if (current) {
                one.item().leaseEnd = clock.nanoTime() + LEASE.toNanos();
            }
        }
    }

    private void maintain() throws IOException {
        queue.maintain();
        model.release();
        model.expire();
    }

    private void moveToDisk() {
        if (random.chance(0.2)) {
            queue.shrink();
        } else {
            queue.flushToDisk(random.between(1, 20));
        }
    }

    /** Another program deletes the directory while all files in it are open. */
    private void deleteFiles() throws IOException {
        int before = disk.list().size();
        queue.compact();
        if (before + disk.list().size() <= FILES_OPEN) {
            int restored = reports.restored.size();
            disk.removeAll();
            clock.pass(Duration.ofSeconds(1));
            maintain();
            assertThat(reports.restored.subList(restored, reports.restored.size()))
                    .containsExactly(0);
        }
    }

    private void restart() throws IOException {
        queue.close();
        if (random.chance(0.3)) {
            clock.pass(Duration.ofMillis(random.between(0, 5_000)));
        }
        queue = new HybridQueue<>(options, Serializer.BYTES, disk, false);
        model.restart();
        taken.clear();
        assertThat(queue.recovery().damage()).isEmpty();
        assertThat(queue.recovery().bytesCut()).isZero();
        assertThat(queue.recovery().items()).isEqualTo(model.items().size());
    }

    private void drain() throws IOException {
        clock.pass(LEASE);
        maintain();
        while (!model.items().isEmpty()) {
            poll();
            acknowledgeAll();
            clock.pass(LEASE);
            maintain();
        }
        queue.maintain();
        assertThat(queue.poll()).isEmpty();
        QueueStats end = queue.stats();
        assertThat(end.items() + end.memoryItems() + end.memoryBytes() + end.diskBytes())
                .isZero();
    }

    private void check() {
        QueueStats stats = queue.stats();
        List<ModelQueue.Item> items = model.items();
        assertThat(stats.items()).isEqualTo(items.size());
        assertThat(stats.leased())
                .isEqualTo(items.stream().filter(item -> item.leaseEnd != null).count());
        assertThat(stats.delayed())
                .isEqualTo(items.stream().filter(item -> item.delayEnd != null).count());
        assertThat(stats.memoryBytes() + stats.diskBytes())
                .isGreaterThanOrEqualTo(
                        items.stream().mapToLong(item -> item.payload.length).sum());
        assertThat(reports.damage).isEmpty();
        assertThat(disk.open()).isLessThanOrEqualTo(10);
    }
}
