package io.xg2g.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.xg2g.bus.Bus;
import io.xg2g.bus.BusForBench;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Events reach the subscribers of the bus in their order, and their producers never wait. */
@Timeout(60)
class EventPublisherTest {
    /** Of the bus in tests: messages that it takes while its subscriber is busy. */
    private static final int BUS = 1_000;

    private final ObjectMapper mapper = new ObjectMapper().registerModule(new JavaTimeModule());
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final Bus bus = BusForBench.bus();
    private final EventPublisher publisher = new EventPublisher(bus, mapper, registry);
    private final List<String> received = new CopyOnWriteArrayList<>();
    private final CountDownLatch busy = new CountDownLatch(1);

    @AfterEach
    void close() {
        busy.countDown();
        bus.close();
    }

    @Test
    void eventsBeforeTheStartWaitForIt() {
        publish(0, 10);
        bus.subscribe(
                EventPublisher.TOPIC,
                message -> received.add(message.as(Event.class, mapper).subject()));
        publisher.begin();
        publish(10, 20);

        await().until(() -> received.size() == 20);
        assertThat(received)
                .isEqualTo(IntStream.range(0, 20).mapToObj(Integer::toString).toList());
    }

    @Test
    void producersDoNotWaitForABusySubscriber() {
        bus.subscribe(EventPublisher.TOPIC, message -> {
            busy.await();
            received.add(message.as(Event.class, mapper).subject());
        });
        publisher.begin();
        int all = 3 * (BUS + EventPublisher.CAPACITY);
        publish(0, all);

        assertThat(dropped()).isPositive();
        busy.countDown();
        await().until(() -> received.size() + dropped() == all);
        assertThat(received).isSortedAccordingTo((a, b) -> Integer.compare(Integer.parseInt(a), Integer.parseInt(b)));
    }

    @Test
    void atTheEndWhatWaitsIsPublished() throws InterruptedException {
        bus.subscribe(
                EventPublisher.TOPIC,
                message -> received.add(message.as(Event.class, mapper).subject()));
        publisher.begin();
        publish(0, 500);
        publisher.finish(new ShutdownEvent());
        bus.close();

        assertThat(received).hasSize(500);
    }

    private double dropped() {
        return registry.get("xg2g.events.dropped")
                .tag("reason", "backlog")
                .counter()
                .count();
    }

    private void publish(int from, int to) {
        IntStream.range(from, to)
                .forEach(i -> publisher.publish(Event.of(EventType.JOB_DEAD, Integer.toString(i), "Failed.")));
    }
}
