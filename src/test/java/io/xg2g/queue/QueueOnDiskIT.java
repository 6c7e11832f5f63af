package io.xg2g.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Queues in a real directory, used by several threads and processes. */
class QueueOnDiskIT {
    @TempDir
    Path directory;

    private QueueOptions options(Durability durability) {
        return QueueOptions.named("disk").with(QueueOptions.Storage.in(directory.resolve("a/b"), durability));
    }

    private static HybridQueue<byte[]> open(QueueOptions options) throws IOException {
        return HybridQueue.open(options, Serializer.BYTES);
    }

    @Test
    void aDirectoryIsOfOneQueueAtATime() throws Exception {
        HybridQueue<byte[]> queue = open(options(Durability.SYNC));
        String expected = directory.toRealPath().resolve("a/b") + " is locked by another process or queue";
        for (int i = 0; i < 2; i++) {
            assertThatIOException()
                    .isThrownBy(() -> open(options(Durability.SYNC)))
                    .withMessageContaining(expected);
        }
        List<String> other = QueueProcess.command(
                KilledQueue.class, List.of(directory.resolve("a/b").toString(), "0"));
        assertThat(QueueProcess.run(other))
                .as("the refusal has not released the lock")
                .contains(expected);
        queue.close();
        open(options(Durability.SYNC)).close();
    }

    @Test
    void whatIsNoDirectoryIsRefused() throws IOException {
        Path file = Files.createFile(directory.resolve("file"));
        QueueOptions.Storage storage = QueueOptions.Storage.in(file, Durability.SYNC);

        assertThatIOException()
                .isThrownBy(() -> open(options(Durability.SYNC).with(storage)))
                .withMessageContaining(file + " is a file; a queue needs a directory of its own");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> storage.sized(100, 1 << 12))
                .withMessage("queue: disk bytes has to be 8192 to 9223372036854775807, not 100");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> storage.sized(1 << 20, -1))
                .withMessage("queue: segmentBytes has to be 4096 to 1073741824, not -1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> storage.syncedEach(Duration.ZERO))
                .withMessage("queue: syncInterval in ms has to be 1 to 9223372036854775807, not 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> QueueOptions.named("A b"))
                .withMessageContaining("not \"A b\"");
    }

    @Test
    void anInterruptedThreadEndsItsWorkAndBreaksNothing() throws Exception {
        AtomicBoolean ended = new AtomicBoolean();
        Set<Integer> added = ConcurrentHashMap.newKeySet();
        try (HybridQueue<byte[]> queue = open(options(Durability.SYNC))) {
            List<Thread> threads = new ArrayList<>();
            for (int thread = 0; thread < 4; thread++) {
                int first = thread;
                threads.add(Thread.ofPlatform().start(() -> {
                    for (int i = first; i < 400; i += 4) {
                        queue.add(KilledQueue.payload(i));
                        added.add(i);
                        queue.peek();
                    }
                }));
            }
            Thread interrupting = Thread.ofPlatform().start(() -> {
                while (!ended.get()) {
                    threads.forEach(Thread::interrupt);
                    Thread.onSpinWait();
                }
            });
            for (Thread thread : threads) {
                thread.join();
            }
            ended.set(true);
            interrupting.join();
        }
        assertThat(added).hasSize(400);
        try (HybridQueue<byte[]> queue = open(options(Durability.SYNC))) {
            assertThat(queue.recovery().damage()).isEmpty();
            assertThat(queue.recovery().items()).isEqualTo(400);
        }
    }

    @Test
    void whoWaitsGetsAnItemWhenItIsAddedAndLearnsOfTheEnd() throws Exception {
        HybridQueue<byte[]> queue = open(options(Durability.ASYNC));
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Optional<Delivery<byte[]>>> taking = threads.submit(() -> queue.take(Duration.ofDays(1)));
            queue.add(new byte[3]);
            assertThat(taking.get().orElseThrow().acknowledge()).isTrue();
            Future<Optional<Delivery<byte[]>>> waiting = threads.submit(() -> queue.take(Duration.ofDays(1)));
            queue.close();
            assertThatExceptionOfType(ExecutionException.class)
                    .isThrownBy(waiting::get)
                    .withCauseInstanceOf(QueueException.Closed.class);
        }
    }

    @Test
    void aDeletedDirectoryIsCreatedAgainWithTheItems() throws Exception {
        Path files = directory.resolve("a/b");
        AtomicBoolean restored = new AtomicBoolean();
        QueueOptions options = options(Durability.SYNC).with(new QueueListener() {
            @Override
            public void restored(int lost) {
                restored.set(lost == 0);
            }
        });
        try (HybridQueue<byte[]> queue = open(options)) {
            queue.add(KilledQueue.payload(1));
            Object lock = Files.readAttributes(files.resolve(FileDisk.LOCK), BasicFileAttributes.class)
                    .fileKey();
            Files.move(directory.resolve("a"), directory.resolve("deleted"));

            Awaitility.await().untilTrue(restored);
            queue.add(KilledQueue.payload(2));

            assertThat(Files.readAttributes(files.resolve(FileDisk.LOCK), BasicFileAttributes.class)
                            .fileKey())
                    .isNotEqualTo(lock);
            assertThat(QueueProcess.run(QueueProcess.command(KilledQueue.class, List.of(files.toString(), "0"))))
                    .contains("is locked by another process or queue");
        }
        try (HybridQueue<byte[]> again = open(options(Durability.SYNC))) {
            assertThat(again.recovery().damage()).isEmpty();
            assertThat(again.poll(3).stream().map(delivery -> KilledQueue.number(delivery.item())))
                    .containsExactly(1L, 2L);
        }
    }

    /** Readers take and acknowledge while segments are rewritten and deleted all the time. */
    @Test
    void compactionBesideReadersLosesAndDoublesNothing() throws Exception {
        int items = 2_000;
        QueueOptions options = options(Durability.ASYNC)
                .with(new QueueOptions.Memory(20, 10_000, 0.8, Overflow.OLDEST))
                .with(QueueOptions.Storage.in(directory, Durability.ASYNC)
                        .sized(1 << 26, 1 << 14)
                        .syncedEach(Duration.ofMillis(1)));
        Set<Long> seen = ConcurrentHashMap.newKeySet();
        List<Damage> damage = new ArrayList<>();
        try (HybridQueue<byte[]> queue = open(options.with(new QueueListener() {
            @Override
            public void damaged(Damage found) {
                damage.add(found);
            }
        }))) {
            try (ExecutorService threads = Executors.newFixedThreadPool(6)) {
                List<Future<?>> working = new ArrayList<>();
                working.add(threads.submit(() -> {
                    for (int i = 0; i < items; i++) {
                        queue.add(KilledQueue.payload(i));
                    }
                }));
                for (int reader = 0; reader < 4; reader++) {
                    working.add(threads.submit(() -> read(queue, seen, items)));
                }
                working.add(threads.submit(() -> {
                    while (seen.size() < items) {
                        queue.compact();
                    }
                    return null;
                }));
                for (Future<?> work : working) {
                    work.get();
                }
            }
            assertThat(queue.stats().items()).isZero();
            assertThat(queue.stats().corrupt()).isZero();
        }
        assertThat(seen).hasSize(items);
        assertThat(damage).isEmpty();
    }

    private static void read(HybridQueue<byte[]> queue, Set<Long> seen, int items) {
        while (seen.size() < items) {
            for (Delivery<byte[]> delivery : queue.poll(7)) {
                long number = KilledQueue.number(delivery.item());
                assertThat(delivery.item()).isEqualTo(KilledQueue.payload(number));
                if (number % 3 == 0 && delivery.number() == 1) {
                    assertThat(delivery.putBack()).isTrue();
                } else {
                    assertThat(delivery.acknowledge()).isTrue();
                    assertThat(seen.add(number)).as("%s once", number).isTrue();
                }
            }
        }
    }

    @Test
    void descriptorsStayFewOverTenThousandFiles() throws IOException {
        QueueOptions options = options(Durability.NONE)
                .with(new QueueOptions.Memory(1, 10_000, 0.8, Overflow.OLDEST))
                .with(QueueOptions.Storage.in(directory, Durability.NONE).sized(1 << 20, 1 << 12));
        try (HybridQueue<byte[]> queue = open(options)) {
            long before = descriptors();
            for (int i = 0; i < 10_000; i++) {
                queue.add(new byte[4_000]);
                queue.poll().orElseThrow().acknowledge();
                if (i % 100 == 0) {
                    queue.maintain();
                    assertThat(descriptors()).isLessThan(before + 16);
                }
            }
            queue.add(new byte[4_000]);
            assertThat(newest()).isGreaterThan(10_000);
        }
    }

    private long newest() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(Segment::isName)
                    .mapToLong(Segment::id)
                    .max()
                    .orElseThrow();
        }
    }

    private static long descriptors() throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.count();
        }
    }
}
