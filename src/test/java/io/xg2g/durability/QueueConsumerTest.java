package io.xg2g.durability;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.queue.Delivery;
import io.xg2g.queue.HybridQueue;
import io.xg2g.queue.QueueOptions;
import io.xg2g.queue.Serializer;
import io.xg2g.schedule.ManualTime;
import io.xg2g.schedule.Patience;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class QueueConsumerTest {
    private final ManualTime time = new ManualTime();
    private final List<String> taken = new ArrayList<>();

    @Test
    void anItemThatCannotBeReadIsTriedAgainAndOthersFollowAtOnce() throws IOException {
        int[] failures = {2};
        TextSerializer text = new TextSerializer();
        Serializer<String> failing = new Serializer<>() {
            @Override
            public byte[] toBytes(String item) {
                return text.toBytes(item);
            }

            @Override
            public String fromBytes(byte[] bytes) {
                String item = text.fromBytes(bytes);
                if (item.equals("one") && failures[0]-- > 0) {
                    throw new IllegalStateException("of another version of the program");
                }
                return item;
            }
        };
        // Longer than it takes to read the second item.
        QueueOptions options =
                QueueOptions.named("test").withLease(Patience.seconds(1).dividedBy(5));
        try (HybridQueue<String> queue = HybridQueue.open(options, failing)) {
            queue.add("one");
            queue.add("two");
            consumer(queue).run();
        }

        assertThat(taken).containsExactly("two", "one");
        assertThat(time.sinceStart()).as("pauses").isZero();
    }

    /** Closes itself after the second item. */
    private QueueConsumer<String> consumer(HybridQueue<String> queue) {
        AtomicReference<QueueConsumer<String>> consumer = new AtomicReference<>();
        consumer.set(new QueueConsumer<>("items", queue, 1, Runnable::run, delivery -> take(delivery, consumer), time));
        return consumer.get();
    }

    private void take(Delivery<String> delivery, AtomicReference<QueueConsumer<String>> consumer) {
        taken.add(delivery.item());
        delivery.acknowledge();
        if (taken.size() == 2) {
            consumer.get().close();
        }
    }
}
