package io.xg2g.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/** What a queue has promised: which items it has to have after a restart or a power cut, and which it must not have. */
final class Ledger {
    private static final int HEADER = 2 * Integer.BYTES;

    private final Map<Integer, Integer> levels = new HashMap<>();

    /** Items whose addition has returned. */
    private final Set<Integer> added = new HashSet<>();

    /** Items whose acknowledgement has begun, and those where it has returned. */
    private final Set<Integer> ending = new HashSet<>();

    private final Set<Integer> ended = new HashSet<>();

    /** Those that were durable at the latest sync. */
    private final Set<Integer> durable = new HashSet<>();

    private final Set<Integer> durablyEnded = new HashSet<>();

    /** Returns the payload of a new item, of which each byte follows from its number and length. */
    byte[] begin(int level, int length) {
        int number = levels.size();
        levels.put(number, level);
        return payload(number, length);
    }

    private static byte[] payload(int number, int length) {
        byte[] payload = new byte[HEADER + length];
        new Random(number).nextBytes(payload);
        if (number % 3 == 0) {
            Arrays.fill(payload, (byte) number);
        }
        ByteBuffer.wrap(payload).putInt(number).putInt(length);
        return payload;
    }

    static int number(byte[] payload) {
        return ByteBuffer.wrap(payload).getInt();
    }

    private int level(int number) {
        return Objects.requireNonNull(levels.get(number), "an item that never was");
    }

    void added(byte[] payload) {
        added.add(number(payload));
    }

    void ending(byte[] payload) {
        ending.add(number(payload));
    }

    void ended(byte[] payload) {
        ended.add(number(payload));
    }

    /** All that has returned is durable. */
    void synced() {
        durable.addAll(added);
        durablyEnded.addAll(ended);
    }

    /** Nothing is promised, for a time. */
    Ledger withoutPromises() {
        Ledger other = new Ledger();
        other.levels.putAll(levels);
        return other;
    }

    /**
     * Takes all items of a queue that was just opened, and checks them. They stay under lease.
     *
     * @return their deliveries
     */
    List<Delivery<byte[]>> check(HybridQueue<byte[]> queue) {
        List<Delivery<byte[]>> found = new ArrayList<>();
        for (Optional<Delivery<byte[]>> next = queue.poll(); next.isPresent(); next = queue.poll()) {
            found.add(next.get());
        }
        List<Integer> numbers = new ArrayList<>();
        for (Delivery<byte[]> delivery : found) {
            byte[] item = delivery.item();
            int number = number(item);
            assertThat(item).as("item %s", number).isEqualTo(payload(number, item.length - HEADER));
            assertThat(delivery.level()).isEqualTo(level(number));
            numbers.add(number);
        }
        assertThat(numbers).doesNotHaveDuplicates();
        assertThat(numbers)
                .as("order")
                .isSortedAccordingTo(Comparator.comparingInt((Integer number) -> -level(number))
                        .thenComparingInt(number -> number));
        Set<Integer> missing = new HashSet<>(durable);
        missing.removeAll(ending);
        numbers.forEach(missing::remove);
        assertThat(missing).as("durable and lost; found %s", numbers).isEmpty();
        assertThat(numbers).as("acknowledged and back").noneMatch(durablyEnded::contains);
        return found;
    }

    /** What was found is what there is from now on. */
    void rebase(List<Delivery<byte[]>> found) {
        List<Integer> numbers =
                found.stream().map(delivery -> number(delivery.item())).toList();
        Set<Integer> gone = new HashSet<>(levels.keySet());
        numbers.forEach(gone::remove);
        for (Set<Integer> there : List.of(added, durable)) {
            there.clear();
            there.addAll(numbers);
        }
        for (Set<Integer> absent : List.of(ending, ended, durablyEnded)) {
            absent.clear();
            absent.addAll(gone);
        }
    }
}
