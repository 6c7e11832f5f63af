package io.xg2g.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.xg2g.queue.SimulatedDisk.Fault;
import io.xg2g.queue.SimulatedDisk.Operation;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Syncs of the latest segment beside the threads that write: what may happen before such a sync has run, and while it runs. */
class WriteBehindTest {
    private static final int SEGMENT = 1 << 12;

    /** More than the share of a segment after which a sync is begun. */
    private static final byte[] LARGE = new byte[SEGMENT / 7];

    private final SimulatedDisk disk = new SimulatedDisk();
    private final List<Runnable> beside = new ArrayList<>();
    private final List<String> syncs = new ArrayList<>();
    private Fault fault = Fault.NONE;
    private HybridQueue<byte[]> queue;

    /** What happens between the begin of a sync and its run. */
    private enum Event {
        NOTHING,
        SYNC,
        MAINTAIN,
        NEXT_SEGMENT,
        DELETION,
        COMPACTION,
        CLOSE
    }

    @BeforeEach
    void open() throws IOException {
        disk.holdBeside(beside::add);
        queue = open(Durability.ASYNC, disk);
        disk.watch((_, operation, file) -> {
            if (operation == Operation.SYNC) {
                syncs.add(file);
                return fault;
            }
            return Fault.NONE;
        });
    }

    private static HybridQueue<byte[]> open(Durability durability, SimulatedDisk on) throws IOException {
        QueueOptions options = QueueOptions.named("behind")
                .with(new QueueOptions.Memory(2, 1 << 20, 0.8, Overflow.OLDEST))
                .with(new ManualClock())
                .with(new QueueOptions.Storage(
                        Path.of("simulated"), durability, Duration.ofSeconds(1), 1 << 20, SEGMENT, false));
        return new HybridQueue<>(options, Serializer.BYTES, on, false);
    }

    /** Adds an item and writes it, as reading it, or a full buffer, does. */
    private void write() {
        queue.add(LARGE);
        queue.shrink();
    }

    private void happen(Event event) throws IOException {
        switch (event) {
            case NOTHING -> {}
            case SYNC -> queue.sync();
            case MAINTAIN -> queue.maintain();
            case NEXT_SEGMENT -> {
                for (int i = 0; i < 8; i++) {
                    write();
                }
            }
            case DELETION -> {
                happen(Event.NEXT_SEGMENT);
                queue.acknowledge(queue.poll(100));
                queue.maintain();
            }
            case COMPACTION -> queue.compact();
            case CLOSE -> queue.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aSyncThatRunsLateSyncsOnlyWhatIsNotSynced(Event event) throws IOException {
        write();
        assertThat(beside).hasSize(1);
        happen(event);
        assertThat(beside).as("one sync at a time").hasSize(1);
        queue.close();
        queue = open(Durability.ASYNC, disk.copy());
        long items = queue.stats().items();
        int before = syncs.size();

        beside.forEach(Runnable::run);

        assertThat(syncs).as("all is synced").hasSize(before);
        assertThat(queue.stats().items()).isEqualTo(items);
    }

    @ParameterizedTest
    @EnumSource
    void whatIsSyncedBesideSurvivesAPowerCut(Event event) throws IOException {
        write();
        happen(event);
        beside.removeFirst().run();
        long items = queue.stats().items();
        try (HybridQueue<byte[]> after = open(Durability.ASYNC, disk.cut(new Random(1)))) {
            assertThat(after.recovery().items()).isEqualTo((int) items);
            assertThat(after.recovery().damage()).isEmpty();
        }
        queue.close();
    }

    /** A failure is found by all that is done later, and nothing is synced again. */
    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "CLOSE")
    void aFailureBesideEndsTheLog(Event event) throws IOException {
        write();
        happen(event);
        write();
        fault = Fault.EIO;
        beside.removeFirst().run();
        fault = Fault.NONE;
        int before = syncs.size();

        assertThatExceptionOfType(QueueException.Failed.class).isThrownBy(() -> queue.add(LARGE));
        assertThatExceptionOfType(QueueException.Failed.class).isThrownBy(queue::sync);
        assertThatExceptionOfType(QueueException.Failed.class).isThrownBy(queue::maintain);
        assertThatExceptionOfType(QueueException.Failed.class).isThrownBy(queue::poll);
        beside.forEach(Runnable::run);
        assertThatThrownBy(queue::close).isInstanceOf(QueueException.Failed.class);
        assertThat(syncs).hasSize(before);
        assertThat(disk.open()).isZero();
    }

    /** The operating system tells one of two callers of a failure: nobody may take the other's answer for a success. */
    @Test
    void aSyncWaitsForTheOneBesideAndFailsWithIt() throws Exception {
        write();
        CountDownLatch syncing = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        AtomicInteger begun = new AtomicInteger();
        disk.watch((_, operation, _) -> {
            if (operation != Operation.SYNC || begun.incrementAndGet() > 1) {
                return Fault.NONE;
            }
            syncing.countDown();
            try {
                goOn.await();
            } catch (InterruptedException end) {
                throw new AssertionError(end);
            }
            return Fault.EIO;
        });
        Thread behind = Thread.ofVirtual().start(beside.removeFirst());
        syncing.await();
        FutureTask<Void> sync = new FutureTask<>(() -> {
            queue.sync();
            return null;
        });
        Thread caller = Thread.ofVirtual().start(sync);
        Awaitility.await("it waits").until(() -> caller.getState() == Thread.State.WAITING);
        goOn.countDown();
        behind.join();
        caller.join();

        assertThatThrownBy(sync::get).hasCauseInstanceOf(QueueException.Failed.class);
        assertThat(begun).as("no second sync").hasValue(1);
    }

    /** Small items are synced at the interval alone, and other durabilities have no syncs beside. */
    @ParameterizedTest
    @EnumSource
    void otherWritesBeginNone(Durability durability) throws IOException {
        queue.close();
        queue = open(durability, disk.copy());
        beside.clear();

        for (int i = 0; i < 20; i++) {
            queue.add(new byte[1]);
        }
        if (durability != Durability.ASYNC) {
            write();
        }

        assertThat(beside).isEmpty();
        queue.close();
    }
}
