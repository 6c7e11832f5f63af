package io.xg2g.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a work queue does, wherever it keeps its items. */
abstract class HybridQueueSpecification extends HybridQueueFixture {

    @Test
    void itemsAreDeliveredInTheirOrderWithWhatIsKnownOfThem() {
        add("a", "", "c");
        Delivery<String> first = queue.poll().orElseThrow();

        assertThat(first.item()).isEqualTo("a");
        assertThat(first.sequence()).isEqualTo(1);
        assertThat(first.number()).isEqualTo(1);
        assertThat(first.level()).isZero();
        assertThat(first.addedAt().toEpochMilli()).isEqualTo(clock.currentTimeMillis());
        assertThat(pollAll()).containsExactly("", "c");
        assertThat(queue.poll()).isEmpty();
    }

    @Test
    void higherLevelsComeFirstAndEachIsInItsOrder() {
        for (int i = 0; i < 9; i++) {
            queue.add(i % 3 + "-" + i, i % 3);
        }
        assertThat(pollAll()).containsExactly("2-2", "2-5", "2-8", "1-1", "1-4", "1-7", "0-0", "0-3", "0-6");
    }

    @Test
    void aBatchHasTheNextItemsAndIsAcknowledgedAtOnce() {
        IntStream.range(0, 300).forEach(i -> queue.add("item " + i));
        List<Delivery<String>> batch = queue.poll(250);

        assertThat(batch.stream().map(Delivery::item))
                .containsExactlyElementsOf(
                        IntStream.range(0, 250).mapToObj(i -> "item " + i).toList());
        List<Delivery<String>> twice = new ArrayList<>(batch);
        twice.addAll(batch);
        assertThat(queue.acknowledge(twice)).isEqualTo(250);
        assertThat(queue.acknowledge(batch)).isZero();
        assertThat(queue.poll(100)).hasSize(50);
        assertThat(queue.stats().items()).isEqualTo(50);
    }

    @Test
    void anAcknowledgedItemIsGoneAndTheAcknowledgementCountsOnce() throws IOException {
        add("a", "b");
        Delivery<String> a = queue.poll().orElseThrow();

        assertThat(a.acknowledge()).isTrue();
        assertThat(a.acknowledge()).isFalse();
        assertThat(a.putBack()).isFalse();
        assertThat(a.extend()).isFalse();
        clock.pass(LEASE);
        assertThat(pollAll()).containsExactly("b");
        reopen();
        assertThat(pollAll()).isEqualTo(durability() == null ? List.of() : List.of("b"));
    }

    @Test
    void anItemThatIsPutBackComesBeforeLaterOnes() {
        add("a", "b", "c", "d");
        List<Delivery<String>> taken = queue.poll(3);
        assertThat(taken.get(1).putBack()).isTrue();
        assertThat(taken.get(1).putBack()).isFalse();
        assertThat(taken.get(0).putBack()).isTrue();

        Delivery<String> again = queue.poll().orElseThrow();
        assertThat(again.item()).isEqualTo("a");
        assertThat(again.number()).isEqualTo(2);
        assertThat(pollAll()).containsExactly("b", "d");
    }

    @Test
    void anItemThatIsPutBackWithADelayWaitsForItsEnd() throws IOException {
        add("a", "b");
        queue.poll().orElseThrow().putBack(MINUTE);

        assertThat(queue.stats().delayed()).isEqualTo(1);
        clock.step(Duration.ofHours(1));
        assertThat(queue.poll().orElseThrow().item()).isEqualTo("b");
        clock.step(Duration.ofHours(-2));
        assertThat(queue.poll()).isEmpty();
        clock.pass(MINUTE);
        assertThat(pollAll()).containsExactly("a", "b");
        assertThat(queue.stats().delayed()).isZero();
    }

    @Test
    void anItemComesBackWhenItsLeaseEnds() {
        add("a", "b");
        Delivery<String> a = queue.poll().orElseThrow();
        clock.pass(LEASE.minusNanos(1));
        assertThat(pollAll()).containsExactly("b");
        clock.pass(Duration.ofNanos(1));

        assertThat(queue.stats().leased()).isEqualTo(2);
        Delivery<String> again = queue.poll().orElseThrow();
        assertThat(again.item()).isEqualTo("a");
        assertThat(again.number()).isEqualTo(2);
        assertThat(a.acknowledge()).as("the lease has ended").isFalse();
        assertThat(again.acknowledge()).isTrue();
    }

    @Test
    void anItemThatCannotBeReadDoesNotHoldUpOthersAndIsTriedAgain() throws Exception {
        queue.close();
        boolean[] readable = {false};
        Serializer<String> picky = new Serializer<>() {
            @Override
            public byte[] toBytes(String item) {
                return TEXT.toBytes(item);
            }

            @Override
            public String fromBytes(byte[] bytes) {
                String item = TEXT.fromBytes(bytes);
                if (item.equals("unknown") && !readable[0]) {
                    throw new IllegalArgumentException("unknown item");
                }
                return item;
            }
        };
        queue = new HybridQueue<>(options(), picky, options().storage() == null ? null : disk, false);
        add("unknown", "a", "unknown", "b");
        assertThat(queue.poll(4)).extracting(Delivery::item).containsExactly("a", "b");
        assertThat(queue.poll()).isEmpty();
        assertThat(reports.unreadable).containsExactly(1L, 3L);
        clock.pass(LEASE);
        assertThat(queue.poll()).map(Delivery::item).contains("a");
        assertThat(queue.take(Duration.ZERO)).map(Delivery::item).contains("b");
        assertThat(reports.unreadable).containsExactly(1L, 3L, 1L, 3L);
        readable[0] = true;
        clock.pass(LEASE);
        assertThat(pollAll()).containsExactlyInAnyOrder("unknown", "a", "unknown", "b");
    }

    @Test
    void anExtendedLeaseBeginsAgain() {
        add("a");
        Delivery<String> a = queue.poll().orElseThrow();
        clock.pass(LEASE.minusNanos(1));
        assertThat(a.extend()).isTrue();
        clock.pass(LEASE.minusNanos(1));
        assertThat(queue.poll()).isEmpty();
        assertThat(a.acknowledge()).isTrue();
    }

    @Test
    void anItemGoesWhenItsTimeToLiveEndsUnlessItIsUnderLease() throws IOException {
        queue.add("leased", 2, MINUTE);
        queue.add("waiting", 1, MINUTE);
        queue.add("delayed", 2, MINUTE);
        queue.add("for ever", 0, null);
        List<Delivery<String>> taken = queue.poll(2);
        taken.get(1).putBack(Duration.ofHours(1));
        clock.pass(LEASE);
        assertThat(taken.get(0).acknowledge())
                .as("nothing has taken the ended lease away yet")
                .isTrue();
        clock.pass(MINUTE);
        queue.maintain();

        assertThat(queue.stats().expired()).isEqualTo(2);
        assertThat(queue.stats().items()).isEqualTo(1);
        assertThat(pollAll()).containsExactly("for ever");
    }

    @Test
    void expiredItemsAreNotDeliveredAlthoughNothingHasRemovedThem() {
        queue.add("short", 0, MINUTE);
        queue.add("long", 0, MINUTE.multipliedBy(2));
        clock.pass(MINUTE);

        assertThat(pollAll()).containsExactly("long");
        assertThat(queue.stats().expired()).isEqualTo(1);
    }

    @Test
    void stepsOfTheWallClockNeitherExpireNorRetainAnything() throws IOException {
        queue.add("a", 0, MINUTE);
        clock.step(Duration.ofHours(1));
        queue.maintain();
        assertThat(queue.stats().items()).isEqualTo(1);
        clock.step(Duration.ofHours(-2));
        clock.pass(MINUTE);
        queue.maintain();
        assertThat(queue.stats().items()).isZero();
    }

    @Test
    void theBoundsAreHeldAndNamed() {
        for (int i = 0; i < ITEMS; i++) {
            queue.add(String.valueOf(i));
        }
        assertThatExceptionOfType(QueueException.Full.class)
                .isThrownBy(() -> queue.add("one more"))
                .withMessage("queue spec is full: it has 500 items, and may have no more");
        assertThatExceptionOfType(QueueException.Full.class)
                .isThrownBy(() -> queue.add("x".repeat(ITEM_BYTES + 1)))
                .withMessage("queue spec is full: an item has 2001 bytes, and may have 2000");
        assertThat(queue.stats().refused()).isEqualTo(2);
        queue.poll().orElseThrow().acknowledge();
        queue.add("one more");
        assertThat(queue.stats().items()).isEqualTo(ITEMS);
        assertThat(queue.stats().added()).isEqualTo(ITEMS + 1);
    }

    @Test
    void badUseIsRefusedWithTheValueAndTheBound() throws IOException {
        add("a");
        Delivery<String> a = queue.poll().orElseThrow();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> queue.add("a", 3))
                .withMessage("queue spec: level has to be 0 to 2, not 3");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> queue.add("a", 0, Duration.ZERO))
                .withMessage("queue spec: time to live has to be 1 ms to 36500 days, not PT0S");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> queue.add("a", 0, Duration.ofSeconds(Long.MAX_VALUE)))
                .withMessageStartingWith("queue spec: time to live has to be 1 ms to 36500 days, not PT");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> queue.poll(0))
                .withMessage("queue spec: number of items has to be at least 1, not 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> queue.flushToDisk(-1))
                .withMessage("queue spec: number of payloads has to be at least 1, not -1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> queue.setMemoryLimit(0, 1))
                .withMessage("queue: memory items has to be 1 to 2147483647, not 0");
        for (Duration delay : List.of(Duration.ofMillis(-1), Duration.ofDays(200_000))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> a.putBack(delay))
                    .withMessage("queue spec: delay has to be 1 ms to 36500 days, not " + delay);
        }
        assertThat(queue.stats().items()).isEqualTo(1);
        assertThat(a.acknowledge()).as("nothing has changed its lease").isTrue();
    }

    @Test
    void aClosedQueueRefusesEverything() throws Exception {
        add("a", "b");
        Delivery<String> a = queue.poll().orElseThrow();
        queue.close();
        queue.close();

        List<Runnable> uses =
                List.of(() -> queue.add("c"), queue::poll, queue::peek, a::acknowledge, a::putBack, a::extend);
        for (Runnable use : uses) {
            assertThatExceptionOfType(QueueException.Closed.class)
                    .isThrownBy(use::run)
                    .withMessage("queue spec is closed");
        }
        assertThatExceptionOfType(QueueException.Closed.class).isThrownBy(() -> queue.take(MINUTE));
    }

    @Test
    void whoPeeksLeavesTheItemAndItsDeliveriesAsTheyAre() throws IOException {
        assertThat(queue.peek()).isEmpty();
        add("a", "b");
        assertThat(queue.peek()).contains("a");
        assertThat(queue.peek()).contains("a");
        assertThat(queue.stats().delivered()).isZero();
        if (durability() != null) {
            reopen();
        }
        assertThat(queue.poll().orElseThrow().number()).isEqualTo(1);
        assertThat(pollAll()).containsExactly("b");
    }

    @Test
    void whoTakesGetsWhatIsThereAndGivesUpAtOnceWithoutTime() throws InterruptedException {
        add("a");
        assertThat(queue.take(Duration.ofSeconds(Long.MAX_VALUE))).isPresent();
        assertThat(queue.take(Duration.ZERO)).isEmpty();
    }

    @Test
    void statisticsCountItemsAndTheirPayloads() throws IOException {
        queue.add("12345", 0);
        clock.pass(MINUTE);
        queue.add("123", 1);
        queue.poll();

        QueueStats stats = queue.stats();
        assertThat(stats.items()).isEqualTo(2);
        assertThat(stats.leased()).isEqualTo(1);
        assertThat(stats.memoryItems() + stats.diskItems()).isEqualTo(2);
        assertThat(stats.memoryBytes() + stats.diskBytes()).isEqualTo(8);
        assertThat(stats.oldestAge()).isEqualTo(MINUTE);
        assertThat(stats.added()).isEqualTo(2);
        assertThat(stats.delivered()).isEqualTo(1);
        queue.acknowledge(queue.poll(5));
        clock.pass(LEASE);
        queue.acknowledge(queue.poll(5));
        QueueStats end = queue.stats();
        assertThat(end.items() + end.leased() + end.memoryBytes() + end.diskBytes())
                .isZero();
        assertThat(end.acknowledged()).isEqualTo(2);
        assertThat(end.oldestAge()).isZero();
    }

    @Test
    void payloadsMoveToDiskAndBackInTheirOrder() throws IOException {
        IntStream.range(0, 60).forEach(i -> queue.add("item " + i, i % 2));
        List<Delivery<String>> taken = queue.poll(5);
        int moved = queue.flushToDisk(10);
        queue.shrink();
        queue.setMemoryLimit(2, 20);
        queue.sync();
        taken.get(4).putBack();

        if (durability() == null) {
            assertThat(moved).isZero();
            assertThat(queue.stats().memoryItems()).isEqualTo(60);
        } else {
            assertThat(moved).isBetween(0, 10);
            assertThat(queue.stats().memoryItems()).isZero();
        }
        List<String> expected = new ArrayList<>();
        IntStream.range(4, 30).forEach(i -> expected.add("item " + (2 * i + 1)));
        IntStream.range(0, 30).forEach(i -> expected.add("item " + 2 * i));
        assertThat(pollAll()).isEqualTo(expected);
        assertThat(queue.acknowledge(taken)).isEqualTo(4);
    }

    @Test
    void compactionLeavesTheItemsInTheirOrderAndNothingElse() throws IOException {
        IntStream.range(0, 200).forEach(i -> queue.add("x".repeat(100) + i));
        List<Delivery<String>> taken = queue.poll(190);
        queue.acknowledge(taken.subList(0, 189));
        queue.compact();
        queue.maintain();

        assertThat(queue.stats().items()).isEqualTo(11);
        assertThat(queue.stats().logBytes()).isLessThan(11 * 250 + 1_000);
        taken.get(189).putBack();
        assertThat(pollAll().stream().map(item -> item.substring(100)))
                .containsExactly("189", "190", "191", "192", "193", "194", "195", "196", "197", "198", "199");
    }

    @Test
    void aRestartKeepsOrderAndDeliveriesAndEndsLeasesAndDelays() throws IOException {
        if (durability() == null) {
            return;
        }
        for (int i = 0; i < 40; i++) {
            queue.add("item " + i, i % 2);
        }
        List<Delivery<String>> taken = queue.poll(5);
        taken.get(0).acknowledge();
        taken.get(1).putBack(Duration.ofHours(1));
        reopen();
        assertThat(queue.recovery().items()).isEqualTo(39);
        assertThat(queue.stats().items()).isEqualTo(39);
        Delivery<String> first = queue.poll().orElseThrow();

        assertThat(first.item()).isEqualTo("item 3");
        assertThat(first.number()).isEqualTo(2);
        List<String> expected = new ArrayList<>();
        IntStream.range(2, 20).forEach(i -> expected.add("item " + (2 * i + 1)));
        IntStream.range(0, 20).forEach(i -> expected.add("item " + 2 * i));
        assertThat(pollAll()).isEqualTo(expected);
        queue.add("later");
        clock.pass(LEASE);
        assertThat(queue.poll(40))
                .hasSize(40)
                .last()
                .satisfies(last -> assertThat(last.item()).isEqualTo("later"));
    }

    @Test
    void afterARestartTheWallClockMeasuresATimeToLiveButNeverMoreThanItWas() throws IOException {
        if (durability() == null) {
            return;
        }
        queue.add("a", 0, MINUTE);
        clock.step(Duration.ofHours(-1));
        reopen();
        clock.pass(MINUTE.minusMillis(1));
        assertThat(queue.peek()).contains("a");
        clock.pass(Duration.ofMillis(1));
        assertThat(queue.peek()).isEmpty();

        queue.add("b", 0, MINUTE);
        clock.step(Duration.ofDays(400_000));
        reopen();
        assertThat(queue.peek()).isEmpty();
    }
}
