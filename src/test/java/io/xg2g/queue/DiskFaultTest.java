package io.xg2g.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.xg2g.queue.SimulatedDisk.Fault;
import io.xg2g.queue.SimulatedDisk.Operation;
import io.xg2g.random.RandomInput;
import io.xg2g.random.RandomTest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A call of the disk fails, or the disk is full for a time; {@link CrashIT} tries each call. */
class DiskFaultTest {
    private static final int OPERATIONS = 60;

    @RandomTest(tries = 60)
    void nothingAcknowledgedIsLostByAFailure(RandomInput random) throws IOException {
        CrashSchedule schedule = new CrashSchedule(random, random.of(Durability.values()));
        schedule.runWithFault(random.of(Fault.EIO, Fault.SHORT, Fault.ENOSPC), random.between(1, 200), OPERATIONS);
    }

    /** Nothing can be written, created or deleted for a time. */
    @ParameterizedTest
    @EnumSource
    void aReadOnlyDirectoryRefusesAndLosesNothing(Durability durability) throws IOException {
        SimulatedDisk disk = new SimulatedDisk();
        QueueOptions options = QueueOptions.named("spec")
                .with(new QueueOptions.Memory(1, 10, 0.8, Overflow.OLDEST))
                .with(QueueOptions.Storage.in(Path.of("simulated"), durability).sized(1 << 20, 1 << 12));
        HybridQueue<byte[]> queue = new HybridQueue<>(options, Serializer.BYTES, disk, false);
        for (int i = 0; i < 20; i++) {
            queue.add(new byte[500]);
        }
        queue.shrink();
        queue.sync();
        disk.watch((_, operation, _) -> operation == Operation.READ ? Fault.NONE : Fault.EIO);

        assertThat(queue.poll().orElseThrow().item()).isEqualTo(new byte[500]);
        assertThatExceptionOfType(QueueException.Failed.class).isThrownBy(() -> {
            for (int i = 0; i < 3; i++) {
                queue.add(new byte[500]);
                queue.maintain();
            }
        });
        if (durability != Durability.SYNC) {
            assertThatThrownBy(queue::close).hasMessageContaining(SimulatedDisk.BROKEN);
        }
        queue.close();
        assertThatIOException().isThrownBy(() -> new HybridQueue<>(options, Serializer.BYTES, disk, false));
        disk.watch((_, _, _) -> Fault.NONE);
        try (HybridQueue<byte[]> again = new HybridQueue<>(options, Serializer.BYTES, disk, false)) {
            assertThat(again.recovery().items()).isBetween(20L, 23L);
        }
        assertThat(disk.open()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void aFullDiskIsFullInEveryLanguage(Durability durability) throws IOException {
        SimulatedDisk disk = new SimulatedDisk();
        disk.fullMessage("Auf dem Gerät ist kein Speicherplatz mehr verfügbar");
        QueueOptions options = QueueOptions.named("spec")
                .with(new QueueOptions.Memory(1, 10, 0.8, Overflow.OLDEST))
                .with(QueueOptions.Storage.in(Path.of("simulated"), durability));
        try (HybridQueue<byte[]> queue = new HybridQueue<>(options, Serializer.BYTES, disk, false)) {
            queue.add(new byte[10]);
            // The space was looked up a moment ago.
            disk.capacity(disk.usedBytes() + 100);
            assertThatExceptionOfType(QueueException.Full.class)
                    .isThrownBy(() -> {
                        queue.add(new byte[500]);
                        queue.add(new byte[500]);
                        queue.sync();
                    })
                    .withMessageContaining("kein Speicherplatz");
            disk.capacity(Long.MAX_VALUE);
            queue.sync();
            queue.add(new byte[500]);
        }
    }

    /** An item that was added before the failure may be lost; whoever closes the queue learns of it, as he has not so far. */
    @ParameterizedTest
    @EnumSource(names = {"ASYNC", "NONE"})
    void theEndOfAQueueWhoseSyncHasFailedFailsToo(Durability durability) throws IOException {
        SimulatedDisk disk = new SimulatedDisk();
        QueueOptions options =
                QueueOptions.named("spec").with(QueueOptions.Storage.in(Path.of("simulated"), durability));
        HybridQueue<byte[]> queue = new HybridQueue<>(options, Serializer.BYTES, disk, false);
        queue.add(new byte[10]);
        queue.shrink();
        disk.watch((_, operation, _) -> operation == Operation.SYNC ? Fault.EIO : Fault.NONE);
        assertThatExceptionOfType(QueueException.Failed.class).isThrownBy(queue::sync);
        disk.watch((_, _, _) -> Fault.NONE);

        assertThatExceptionOfType(QueueException.Failed.class)
                .isThrownBy(queue::close)
                .withMessageContaining("refuses work until it is opened again");
        assertThat(disk.open()).isZero();
    }

    @Test
    void aFileThatCannotBeReadHoldsUpOnlyItsOwnItemsAndIsTriedAgain() throws IOException {
        SimulatedDisk disk = new SimulatedDisk();
        ManualClock clock = new ManualClock();
        QueueOptions.Memory defaults = QueueOptions.named("spec").memory();
        QueueOptions options = QueueOptions.named("spec")
                .with(clock)
                .with(new QueueOptions.Memory(1, 1 << 20, defaults.ratio(), Overflow.OLDEST))
                .with(QueueOptions.Storage.in(Path.of("simulated"), Durability.ASYNC)
                        .sized(1 << 20, 1 << 12));
        try (HybridQueue<byte[]> queue = new HybridQueue<>(options, Serializer.BYTES, disk, false)) {
            for (byte i = 1; i <= 3; i++) {
                byte[] item = new byte[3000];
                item[0] = i;
                queue.add(item);
            }
            queue.shrink();
            disk.watch((_, operation, file) ->
                    operation == Operation.READ && file.equals(Segment.name(1)) ? Fault.EIO : Fault.NONE);

            assertThatExceptionOfType(QueueException.Failed.class).isThrownBy(queue::poll);
            assertThat(acknowledged(queue)).isEqualTo(2);
            disk.watch((_, _, _) -> Fault.NONE);
            assertThat(acknowledged(queue)).isEqualTo(3);
            assertThat(queue.poll()).isEmpty();
            clock.pass(Duration.ofSeconds(30));
            Delivery<byte[]> late = queue.poll().orElseThrow();
            assertThat(late.item()[0]).isEqualTo((byte) 1);
            assertThat(late.number()).isEqualTo(1);
        }
    }

    private static int acknowledged(HybridQueue<byte[]> queue) {
        Delivery<byte[]> next = queue.poll().orElseThrow();
        next.acknowledge();
        return next.item()[0];
    }

    @Test
    void whoWaitsLearnsOfAFailureAtOnce() throws Exception {
        SimulatedDisk disk = new SimulatedDisk();
        QueueOptions options =
                QueueOptions.named("spec").with(QueueOptions.Storage.in(Path.of("simulated"), Durability.SYNC));
        HybridQueue<byte[]> queue = new HybridQueue<>(options, Serializer.BYTES, disk, false);
        FutureTask<Optional<Delivery<byte[]>>> taking = new FutureTask<>(() -> queue.take(Duration.ofDays(1)));
        Thread waiting = Thread.ofPlatform().start(taking);
        Awaitility.await().until(() -> waiting.getState() == Thread.State.TIMED_WAITING);
        disk.watch(
                (_, operation, file) -> operation == Operation.SYNC && disk.content(file).length > SegmentHeader.BYTES
                        ? Fault.EIO
                        : Fault.NONE);

        assertThatExceptionOfType(QueueException.Failed.class).isThrownBy(() -> queue.add(new byte[10]));

        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(taking::get)
                .withCauseInstanceOf(QueueException.Failed.class);
        queue.close();
    }

    @RandomTest(tries = 40)
    void aFullDiskRefusesAndWorksAgainWhenThereIsRoom(RandomInput random) throws IOException {
        new CrashSchedule(random, random.of(Durability.values())).runOnFullDisk(OPERATIONS);
    }
}
