package io.xg2g.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a circular queue does, wherever it keeps its items. */
abstract class CircularQueueSpecification {
    static final int ITEMS = 100;
    private static final Duration MINUTE = Duration.ofMinutes(1);

    final ManualClock clock = new ManualClock();
    final Reports reports = new Reports();
    final SimulatedDisk disk = new SimulatedDisk();
    CircularQueue<String> queue;

    /** Adds the memory and the files of a kind of queue. */
    abstract QueueOptions kind(QueueOptions options);

    QueueOptions options() {
        return kind(QueueOptions.named("ring")
                .with(new QueueOptions.Bounds(1, ITEMS, 1_000))
                .with(clock)
                .with(reports));
    }

    boolean hasFiles() {
        return options().storage() != null;
    }

    CircularQueue<String> open() throws IOException {
        return new CircularQueue<>(options(), HybridQueueSpecification.TEXT, hasFiles() ? disk : null, false);
    }

    void reopen() throws IOException {
        queue.close();
        queue = open();
        assertThat(queue.recovery().damage()).isEmpty();
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

    void addAll(int from, int to) {
        IntStream.range(from, to).forEach(i -> queue.add(String.valueOf(i), null));
    }

    static List<String> numbers(int from, int to) {
        return IntStream.range(from, to).mapToObj(String::valueOf).toList();
    }

    List<String> all() {
        return values(queue.since(0, Integer.MAX_VALUE));
    }

    static List<String> values(List<CircularQueue.Item<String>> items) {
        return items.stream().map(CircularQueue.Item::value).toList();
    }

    @Test
    void anItemThatCannotBeReadIsLeftOut() throws IOException {
        queue.close();
        queue = new CircularQueue<>(
                options(),
                new Serializer<>() {
                    @Override
                    public byte[] toBytes(String item) {
                        return HybridQueueSpecification.TEXT.toBytes(item);
                    }

                    @Override
                    public String fromBytes(byte[] bytes) {
                        String item = HybridQueueSpecification.TEXT.fromBytes(bytes);
                        if (item.equals("1")) {
                            throw new IllegalArgumentException("unknown item");
                        }
                        return item;
                    }
                },
                hasFiles() ? disk : null,
                false);
        addAll(0, 3);

        assertThat(all()).containsExactly("0", "2");
        assertThat(values(queue.last(3))).containsExactly("0", "2");
        assertThat(queue.removeIf("2"::equals)).isEqualTo(1);
        assertThat(reports.unreadable).containsExactly(2L, 2L, 2L);
    }

    @Test
    void theOldestItemsAreOverwritten() {
        addAll(0, ITEMS + 30);

        assertThat(all()).isEqualTo(numbers(30, ITEMS + 30));
        assertThat(queue.stats().items()).isEqualTo(ITEMS);
        assertThat(queue.stats().overwritten()).isEqualTo(30);
        assertThat(queue.peek().orElseThrow().value()).isEqualTo("30");
    }

    @Test
    void itemsAreReadFromEitherEndAndStay() {
        assertThat(queue.peek()).isEmpty();
        assertThat(queue.last(5)).isEmpty();
        long first = queue.add("a", null);
        queue.add("b", null);
        long third = queue.add("c", null);

        assertThat(values(queue.last(2))).containsExactly("b", "c");
        assertThat(values(queue.last(9))).containsExactly("a", "b", "c");
        assertThat(values(queue.since(first, 1))).containsExactly("b");
        assertThat(values(queue.since(first, 9))).containsExactly("b", "c");
        assertThat(queue.since(third, 9)).isEmpty();
        assertThat(queue.last(1).getFirst().sequence()).isEqualTo(third);
        assertThat(queue.last(1).getFirst().addedAt().toEpochMilli()).isEqualTo(clock.currentTimeMillis());
    }

    @Test
    void removedItemsAreGone() throws IOException {
        addAll(0, 10);
        assertThat(queue.removeIf(item -> Integer.parseInt(item) % 2 == 0)).isEqualTo(5);
        assertThat(queue.removeIf(item -> Integer.parseInt(item) % 2 == 0)).isZero();

        assertThat(all()).containsExactly("1", "3", "5", "7", "9");
        if (hasFiles()) {
            reopen();
            assertThat(all()).containsExactly("1", "3", "5", "7", "9");
        }
    }

    @Test
    void expiredItemsAreNotReadAndDoNotHideOthers() throws IOException {
        queue.add("short", MINUTE);
        queue.add("a", null);
        queue.add("b", Duration.ofHours(1));
        queue.add("short too", MINUTE);
        clock.step(Duration.ofHours(2));
        assertThat(queue.last(9)).hasSize(4);
        clock.pass(MINUTE);

        assertThat(queue.peek().orElseThrow().value()).isEqualTo("a");
        assertThat(values(queue.last(1))).containsExactly("b");
        assertThat(values(queue.since(0, 2))).containsExactly("a", "b");
        assertThat(queue.stats().items()).isEqualTo(4);
        queue.maintain();
        assertThat(queue.stats().items()).isEqualTo(2);
        assertThat(queue.stats().expired()).isEqualTo(2);
    }

    @Test
    void aRestartKeepsTheItemsAndTheirSequences() throws IOException {
        if (!hasFiles()) {
            return;
        }
        addAll(0, ITEMS + 20);
        List<CircularQueue.Item<String>> before = queue.last(ITEMS);
        reopen();

        assertThat(queue.last(ITEMS)).isEqualTo(before);
        assertThat(queue.add("later", null)).isEqualTo(ITEMS + 21);
        assertThat(all()).hasSize(ITEMS).last().isEqualTo("later");
    }

    @Test
    void overwrittenItemsDoNotComeBackWhenOthersGo() throws IOException {
        if (!hasFiles()) {
            return;
        }
        addAll(0, ITEMS + 50);
        queue.removeIf(item -> Integer.parseInt(item) >= ITEMS);
        reopen();
        assertThat(all()).isEqualTo(numbers(50, ITEMS));
    }

    @Test
    void anItemThatCanNeverFitIsRefusedAndOverwritesNothing() {
        addAll(0, 10);
        assertThatExceptionOfType(QueueException.Full.class)
                .isThrownBy(() -> queue.add("x".repeat(1_001), null))
                .withMessage("queue ring is full: an item has 1001 bytes, and may have 1000");
        assertThat(all()).isEqualTo(numbers(0, 10));
    }

    @Test
    void whatGoesWhileItIsReadIsLeftOut() throws IOException {
        addAll(0, ITEMS);
        boolean[] full = {false};
        Serializer<String> reading = new Serializer<>() {
            @Override
            public byte[] toBytes(String item) {
                return HybridQueueSpecification.TEXT.toBytes(item);
            }

            @Override
            public String fromBytes(byte[] bytes) {
                if (!full[0]) {
                    full[0] = true;
                    for (int i = 0; i < ITEMS / 2; i++) {
                        queue.add("new", null);
                    }
                }
                return HybridQueueSpecification.TEXT.fromBytes(bytes);
            }
        };
        queue.close();
        queue = new CircularQueue<>(options(), reading, hasFiles() ? disk : null, false);
        if (!hasFiles()) {
            addAll(0, ITEMS);
        }

        List<String> read = values(queue.last(ITEMS));
        assertThat(read.getFirst()).isEqualTo("0");
        assertThat(read.subList(1, read.size())).isEqualTo(numbers(ITEMS / 2, ITEMS));
    }

    @Test
    void badUseAndAClosedQueueAreRefused() throws IOException {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> queue.last(-1))
                .withMessage("queue ring: number of items has to be at least 1, not -1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> queue.since(0, 0))
                .withMessage("queue ring: number of items has to be at least 1, not 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> queue.add("a", Duration.ZERO))
                .withMessage("queue ring: time to live has to be 1 ms to 36500 days, not PT0S");
        queue.close();
        List<Runnable> uses = List.of(
                () -> queue.add("a", null),
                () -> queue.last(1),
                () -> queue.since(0, 1),
                queue::peek,
                () -> queue.removeIf(_ -> true));
        for (Runnable use : uses) {
            assertThatExceptionOfType(QueueException.Closed.class)
                    .isThrownBy(use::run)
                    .withMessage("queue ring is closed");
        }
    }
}
