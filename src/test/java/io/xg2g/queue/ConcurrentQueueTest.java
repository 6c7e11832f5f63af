package io.xg2g.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.queue.SimulatedDisk.Fault;
import io.xg2g.queue.SimulatedDisk.Operation;
import io.xg2g.random.RandomInput;
import io.xg2g.random.RandomTest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Threads use a synchronous queue whose disk is full now and then; then power is cut. */
class ConcurrentQueueTest {
    private static final int THREADS = 6;
    private static final int ROUNDS = 60;

    private final SimulatedDisk disk = new SimulatedDisk();
    private final Set<Long> added = ConcurrentHashMap.newKeySet();
    private final Set<Long> ending = ConcurrentHashMap.newKeySet();
    private final Set<Long> ended = ConcurrentHashMap.newKeySet();

    private HybridQueue<byte[]> open(SimulatedDisk on) throws IOException {
        QueueOptions options = QueueOptions.named("threads")
                .with(new QueueOptions.Memory(50, 1 << 16, 0.8, Overflow.OLDEST))
                .with(QueueOptions.Storage.in(Path.of("simulated"), Durability.SYNC)
                        .sized(1 << 24, 1 << 13));
        return new HybridQueue<>(options, Serializer.BYTES, on, false);
    }

    @RandomTest(tries = 4)
    void nothingThatReturnedIsUndone(RandomInput random) throws Exception {
        Random faults = new Random(random.anyLong());
        disk.watch((_, operation, _) ->
                operation == Operation.WRITE && faults.nextInt(12) == 0 ? Fault.ENOSPC : Fault.NONE);
        HybridQueue<byte[]> queue = open(disk);
        try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            List<Future<?>> working = new ArrayList<>();
            for (int thread = 0; thread < THREADS; thread++) {
                long first = thread;
                working.add(threads.submit(() -> {
                    for (int round = 0; round < ROUNDS; round++) {
                        use(queue, first + (long) round * THREADS);
                    }
                    return null;
                }));
            }
            for (Future<?> work : working) {
                work.get();
            }
        }
        disk.watch((_, _, _) -> Fault.NONE);
        queue.add(KilledQueue.payload(1 << 20));
        added.add(1L << 20);

        try (HybridQueue<byte[]> left = open(disk.cut(faults))) {
            check(left);
        }
        queue.close();
    }

    private void use(HybridQueue<byte[]> queue, long number) throws IOException {
        try {
            queue.add(KilledQueue.payload(number));
            added.add(number);
            if (number % 5 == 0) {
                queue.maintain();
            }
            if (number % 7 == 0) {
                List<Delivery<byte[]>> taken = queue.poll(40);
                taken.forEach(delivery -> ending.add(KilledQueue.number(delivery.item())));
                queue.acknowledge(taken);
                taken.forEach(delivery -> ended.add(KilledQueue.number(delivery.item())));
            }
        } catch (QueueException.Full expected) {
            assertThat(expected).hasMessageContaining(SimulatedDisk.FULL);
        }
    }

    private void check(HybridQueue<byte[]> left) {
        Set<Long> found = new HashSet<>();
        for (Optional<Delivery<byte[]>> next = left.poll(); next.isPresent(); next = left.poll()) {
            long number = KilledQueue.number(next.get().item());
            assertThat(next.get().item()).isEqualTo(KilledQueue.payload(number));
            assertThat(found.add(number)).as("%s once", number).isTrue();
        }
        Set<Long> lost = new HashSet<>(added);
        lost.removeAll(ending);
        lost.removeAll(found);
        assertThat(lost).as("added and lost").isEmpty();
        assertThat(found).as("acknowledged and back").noneMatch(ended::contains);
    }
}
