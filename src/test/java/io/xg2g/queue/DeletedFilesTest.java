package io.xg2g.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.xg2g.queue.SimulatedDisk.Fault;
import io.xg2g.queue.SimulatedDisk.Operation;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Another program deletes files of a queue that is open. */
class DeletedFilesTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final int LENGTH = 500;

    private final ManualClock clock = new ManualClock();
    private final Reports reports = new Reports();
    private final SimulatedDisk disk = new SimulatedDisk();
    private HybridQueue<String> queue;

    private void open(Durability durability, int itemsInMemory) throws IOException {
        queue = open(durability, itemsInMemory, disk);
    }

    private HybridQueue<String> open(Durability durability, int itemsInMemory, SimulatedDisk on) throws IOException {
        QueueOptions options = QueueOptions.named("spec")
                .with(new QueueOptions.Memory(itemsInMemory, 1 << 20, 1, Overflow.OLDEST))
                .with(QueueOptions.Storage.in(Path.of("simulated"), durability).sized(1 << 20, 1 << 12))
                .with(clock)
                .with(reports);
        return new HybridQueue<>(options, HybridQueueFixture.TEXT, on, false);
    }

    @AfterEach
    void closeIt() throws IOException {
        queue.close();
        assertThat(disk.open()).isZero();
    }

    private static String item(int number) {
        return number + "x".repeat(LENGTH);
    }

    private void add(int from, int to) {
        IntStream.range(from, to).forEach(number -> queue.add(item(number)));
    }

    private void checkAfterASecond() throws IOException {
        clock.pass(SECOND);
        queue.maintain();
    }

    /** Returns the numbers of the items that are delivered, which are acknowledged. */
    private static List<Integer> takeAll(HybridQueue<String> from) {
        List<Integer> numbers = new ArrayList<>();
        for (Optional<Delivery<String>> next = from.poll(); next.isPresent(); next = from.poll()) {
            numbers.add(Integer.valueOf(next.get().item().replace("x", "")));
            next.get().acknowledge();
        }
        return numbers;
    }

    private static List<Integer> numbers(int from, int to) {
        return IntStream.range(from, to).boxed().toList();
    }

    @ParameterizedTest
    @EnumSource(names = {"ASYNC", "SYNC"})
    void whatIsInMemoryIsWrittenToNewFilesWithoutWhatWasAcknowledged(Durability durability) throws IOException {
        // Given
        open(durability, 100);
        add(0, 16);
        queue.acknowledge(queue.poll(3));
        queue.sync();

        // When
        disk.removeAll();
        add(16, 19);
        queue.acknowledge(queue.poll(2));
        checkAfterASecond();

        // Then
        assertThat(reports.restored).containsExactly(0);
        assertThat(reports.damage).isEmpty();
        add(19, 30);
        queue.sync();
        try (HybridQueue<String> afterCut = open(durability, 100, disk.cut(new Random(1)))) {
            assertThat(afterCut.recovery().damage()).isEmpty();
            assertThat(takeAll(afterCut)).isEqualTo(numbers(5, 30));
        }
        assertThat(takeAll(queue)).isEqualTo(numbers(5, 30));
        checkAfterASecond();
        assertThat(reports.restored).as("only once").hasSize(1);
    }

    @ParameterizedTest
    @EnumSource
    void whatIsOnlyInFilesThatAreOpenIsRescued(Durability durability) throws IOException {
        open(durability, 1);
        add(0, 12);
        queue.shrink();

        disk.removeAll();
        checkAfterASecond();

        assertThat(reports.restored).containsExactly(0);
        assertThat(takeAll(queue)).isEqualTo(numbers(0, 12));
    }

    @Test
    void whatIsOnlyInFilesThatAreNotOpenIsLostAndReported() throws IOException {
        // Given files with seven items each, of which eight are open
        open(Durability.SYNC, 1);
        add(0, 200);
        queue.shrink();

        // When
        disk.removeAll();
        checkAfterASecond();

        // Then
        int lost = reports.restored.getFirst();
        assertThat(lost).isPositive();
        assertThat(takeAll(queue)).isEqualTo(numbers(lost, 200));
        assertThat(reports.damage)
                .isNotEmpty()
                .allSatisfy(damage -> assertThat(damage.what()).startsWith("a deleted file, with "));
        assertThat(queue.stats().corrupt()).isEqualTo(reports.damage.size());
        reopen();
        assertThat(queue.recovery().damage()).isEmpty();
        assertThat(queue.recovery().items()).isZero();
    }

    private void reopen() throws IOException {
        queue.close();
        open(Durability.SYNC, 1);
    }

    @Test
    void acknowledgementsInADeletedFileAreNotUndone() throws IOException {
        // Given
        open(Durability.SYNC, 1);
        add(0, 20);
        List<Delivery<String>> taken = queue.poll(20);
        taken.subList(0, 10).forEach(Delivery::acknowledge);
        taken.subList(10, 20).forEach(Delivery::putBack);
        add(20, 40);

        // When one file goes
        disk.remove(disk.list().get(3));
        checkAfterASecond();

        // Then
        assertThat(reports.restored).containsExactly(0);
        reopen();
        assertThat(queue.recovery().damage()).isEmpty();
        assertThat(takeAll(queue)).isEqualTo(numbers(10, 40));
    }

    @Test
    void aDirectoryThatCannotBeCreatedAgainRefusesItemsUntilItCan() throws IOException {
        // Given
        open(Durability.SYNC, 100);
        add(0, 5);
        disk.watch((_, operation, _) -> operation == Operation.CREATE ? Fault.EIO : Fault.NONE);

        // When
        disk.removeAll();
        checkAfterASecond();
        checkAfterASecond();

        // Then
        assertThat(reports.displaced).hasSize(1);
        assertThat(reports.displaced.getFirst()).hasMessageContaining(SimulatedDisk.BROKEN);
        assertThatExceptionOfType(QueueException.Failed.class)
                .isThrownBy(() -> add(5, 6))
                .withMessage("queue spec: its files were deleted by another program, and cannot be created again: "
                        + reports.displaced.getFirst());
        assertThat(queue.stats().refused()).isOne();
        assertThat(queue.poll().orElseThrow().acknowledge()).isTrue();

        // And when it can be
        disk.watch((_, _, _) -> Fault.NONE);
        checkAfterASecond();
        assertThat(reports.restored).containsExactly(0);
        add(5, 6);
        reopen();
        assertThat(takeAll(queue)).isEqualTo(numbers(1, 6));
    }

    /** The ends of the items do not fit into the file, and another one cannot be begun in a directory that is not there. */
    @Test
    void itemsThatExpireMeanwhileAreNoHindrance() throws IOException {
        open(Durability.SYNC, 100);
        IntStream.range(0, 7).forEach(number -> queue.add(item(number), 0, SECOND));

        disk.removeAll();
        checkAfterASecond();

        assertThat(reports.restored).containsExactly(0);
        assertThat(queue.stats().items()).isZero();
    }

    @Test
    void filesInTheirPlaceStayAsTheyAre() throws IOException {
        open(Durability.ASYNC, 1);
        add(0, 60);
        for (int i = 0; i < 10; i++) {
            queue.acknowledge(queue.poll(5));
            checkAfterASecond();
            queue.compact();
        }
        assertThat(reports.restored).isEmpty();
        assertThat(reports.displaced).isEmpty();
        assertThat(takeAll(queue)).isEqualTo(numbers(50, 60));
    }
}
