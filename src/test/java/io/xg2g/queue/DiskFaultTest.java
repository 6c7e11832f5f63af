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

    @RandomTest(tries = 40)
    void aFullDiskRefusesAndWorksAgainWhenThereIsRoom(RandomInput random) throws IOException {
        new CrashSchedule(random, random.of(Durability.values())).runOnFullDisk(OPERATIONS);
    }
}
