package io.xg2g.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.xg2g.schedule.ManualTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The bus inside the process: the common specification, and its own properties. */
class LocalBusTest extends BusSpecification {
    private static final int BUFFER = 1_000;
    private static final int HANDLERS = 8;

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final ConcurrentLinkedQueue<String> received = new ConcurrentLinkedQueue<>();
    private final ManualTime time = new ManualTime();

    @Override
    Bus create() {
        return bus(Duration.ofSeconds(30));
    }

    private Bus bus(Duration drainTimeout) {
        return new LocalBus(new BusSettings(BUFFER, HANDLERS, drainTimeout), time, registry);
    }

    @Test
    void aBusThatWasNotStartedAcceptsNothing() {
        Bus idle = create();

        assertThatThrownBy(() -> idle.publish(message("early"))).isInstanceOf(BusStoppedException.class);

        assertThat(idle.stats(TOPIC).published()).isZero();
    }

    @Test
    void afterAStopItCanBeStartedAgainWithItsSubscriptions() throws InterruptedException {
        bus.subscribe(TOPIC, message -> received.add(text(message)));
        bus.publish(message("1"));
        bus.stop();
        bus.start();

        bus.publish(message("2"));
        bus.stop();

        assertThat(received).containsExactly("1", "2");
    }

    @Test
    void aClosedBusCannotBeStarted() {
        bus.subscribe(TOPIC, _ -> {});
        bus.close();

        assertThatThrownBy(bus::start).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> bus.subscribe(TOPIC, _ -> {})).isInstanceOf(BusStoppedException.class);
        assertThat(bus.stats().subscribers()).isZero();
    }

    @Test
    void aPublisherWaitsWhileTheBufferIsFull() throws InterruptedException {
        Semaphore go = new Semaphore(0);
        bus.subscribe(TOPIC, _ -> go.acquire());
        AtomicInteger accepted = new AtomicInteger();
        Thread publisher = Thread.ofVirtual().start(() -> {
            try {
                for (int i = 0; i < BUFFER + 2; i++) {
                    bus.publish(message("m"));
                    accepted.incrementAndGet();
                }
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        // One message is being handled, the buffer is full.
        await().until(() -> accepted.get() == BUFFER + 1 && publisher.getState() == Thread.State.WAITING);

        go.release();
        publisher.join();

        assertThat(accepted).hasValue(BUFFER + 2);
        go.release(BUFFER + 2);
    }

    @Test
    void aSlowTopicDoesNotBlockOthers() throws InterruptedException {
        CountDownLatch go = new CountDownLatch(1);
        bus.subscribe("slow", _ -> go.await());
        bus.subscribe(TOPIC, message -> received.add(text(message)));
        for (int i = 0; i < BUFFER; i++) {
            bus.publish(Message.of("slow", new byte[0]));
        }

        bus.publish(message("quick"));

        await().untilAsserted(() -> assertThat(received).containsExactly("quick"));
        go.countDown();
    }

    @Test
    void noMoreHandlersRunAtOnceThanAllowed() throws InterruptedException {
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        Semaphore go = new Semaphore(0);
        for (int i = 0; i < 3 * HANDLERS; i++) {
            bus.subscribe("topic" + i % 3, _ -> {
                most.accumulateAndGet(running.incrementAndGet(), Math::max);
                go.acquire();
                running.decrementAndGet();
            });
        }

        for (int i = 0; i < 3; i++) {
            bus.publish(Message.of("topic" + i, new byte[0]));
        }

        await().untilAsserted(() -> assertThat(running).hasValue(HANDLERS));
        go.release(3 * HANDLERS);
        bus.stop();
        assertThat(most).hasValue(HANDLERS);
        assertThat(bus.stats().delivered()).isEqualTo(3 * HANDLERS);
    }

    @Test
    void handlersThatWaitToPublishDoNotBlockTheTopicTheyPublishTo() throws InterruptedException {
        bus.subscribe("second", _ -> {});
        bus.subscribe(TOPIC, SubscriptionOptions.DEFAULT.withConcurrency(2 * HANDLERS), _ -> {
            for (int i = 0; i < BUFFER; i++) {
                bus.publish(Message.of("second", new byte[0]));
            }
        });

        for (int i = 0; i < 2 * HANDLERS; i++) {
            bus.publish(message("go"));
        }

        await().untilAsserted(() -> assertThat(bus.stats("second").delivered()).isEqualTo(2L * HANDLERS * BUFFER));
    }

    @Test
    void anExpiredMessageIsNotDelivered() throws InterruptedException {
        CountDownLatch go = new CountDownLatch(1);
        bus.subscribe(TOPIC, message -> {
            received.add(text(message));
            go.await();
        });
        bus.publish(at(time.instant(), "first", null));
        bus.publish(at(time.instant(), "in time", Duration.ofSeconds(10)));
        bus.publish(at(time.instant(), "too late", Duration.ofMillis(9_999)));
        await().until(() -> !received.isEmpty());

        time.advance(Duration.ofSeconds(10));
        go.countDown();
        bus.stop();

        assertThat(received).containsExactly("first", "in time");
        assertThat(bus.stats(TOPIC).expired()).isEqualTo(1);
        assertThat(bus.stats(TOPIC).delivered()).isEqualTo(2);
    }

    private static Message at(Instant sent, String text, @Nullable Duration ttl) {
        Message made = message(text);
        return new Message(made.id(), TOPIC, made.payload(), made.headers(), sent, made.metadata(), 4, ttl);
    }

    @Test
    void waitingMessagesAreDeliveredByPriority() throws InterruptedException {
        CountDownLatch go = new CountDownLatch(1);
        bus.subscribe(TOPIC, message -> {
            received.add(text(message));
            go.await();
        });
        bus.publish(message("first"));
        await().until(() -> !received.isEmpty());
        for (int i = 0; i < 3; i++) {
            for (int priority : List.of(4, 0, 9)) {
                bus.publish(message(priority + "." + i).withPriority(priority));
            }
        }

        go.countDown();
        bus.stop();

        assertThat(received).containsExactly("first", "9.0", "9.1", "9.2", "4.0", "4.1", "4.2", "0.0", "0.1", "0.2");
    }

    @Test
    void aFilterThatThrowsFailsTheDelivery() throws InterruptedException {
        SubscriptionOptions options = SubscriptionOptions.DEFAULT.withFilter(_ -> {
            throw new IllegalStateException("made to fail");
        });
        bus.subscribe(TOPIC, options, message -> received.add(text(message)));

        bus.publish(message("m"));
        bus.stop();

        assertThat(received).isEmpty();
        assertThat(bus.stats(TOPIC).errors()).isEqualTo(1);
    }

    @Test
    void theMembersOfAGroupHaveTheSameOptions() {
        bus.subscribe(TOPIC, "group", _ -> {});

        assertThatThrownBy(() -> bus.subscribe(TOPIC, "group", SubscriptionOptions.DEFAULT.withConcurrency(2), _ -> {}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("group=group");
    }

    @Test
    void messagesOfAMemberThatLeavesAreHandledByTheOthers() throws InterruptedException {
        CountDownLatch go = new CountDownLatch(1);
        Handler handler = message -> {
            received.add(text(message));
            go.await();
        };
        Subscription leaving = bus.subscribe(TOPIC, "group", handler);
        bus.subscribe(TOPIC, "group", handler);
        publishConcurrently(1, 100);
        await().until(() -> received.size() == 2);

        leaving.unsubscribe();
        leaving.unsubscribe();
        go.countDown();
        bus.stop();

        assertThat(received).hasSize(100).doesNotHaveDuplicates();
        assertThat(bus.stats(TOPIC).subscribers()).isEqualTo(1);
    }

    @Test
    void aMessageThatHasWokenAMemberWhichLeavesIsHandledByTheOther() throws InterruptedException {
        CountDownLatch occupied = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        BusSettings oneHandler = new BusSettings(BUFFER, 1, Duration.ofSeconds(30));
        try (Bus narrow = new LocalBus(oneHandler, time, new SimpleMeterRegistry())) {
            Subscription leaving = narrow.subscribe(TOPIC, "group", _ -> received.add("leaving"));
            narrow.subscribe(TOPIC, "group", _ -> received.add("staying"));
            narrow.subscribe("other", _ -> {
                occupied.countDown();
                go.await();
            });
            // A bus has stopped when all its workers sleep.
            narrow.stop();
            narrow.start();
            narrow.publish(Message.of("other", new byte[0]));
            occupied.await();

            narrow.publish(message("wakes the first member, which waits for the only permit"));
            leaving.unsubscribe();
            go.countDown();

            await().untilAsserted(() -> assertThat(received).containsExactly("staying"));
        } finally {
            go.countDown();
        }
    }

    @Test
    void aGroupEndsWithItsLastMemberAndItsWaitingMessagesAreDropped() throws InterruptedException {
        CountDownLatch go = new CountDownLatch(1);
        Subscription leaving = bus.subscribe(TOPIC, "group", message -> {
            received.add(text(message));
            go.await();
        });
        publishConcurrently(1, 100);
        await().until(() -> received.size() == 1);

        leaving.unsubscribe();
        go.countDown();
        bus.subscribe(TOPIC, "group", message -> received.add(text(message)));
        bus.publish(message("new"));
        bus.stop();

        assertThat(received).containsExactly("0-0", "new");
    }

    @Test
    void afterTheDrainTimeoutHandlersAreInterruptedAndWaitingMessagesDropped() throws InterruptedException {
        Bus hasty = bus(Duration.ZERO);
        hasty.start();
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        hasty.subscribe(TOPIC, _ -> {
            started.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.countDown();
                throw e;
            }
        });
        hasty.publish(message("1"));
        hasty.publish(message("2"));
        started.await();

        hasty.close();
        interrupted.await();

        await().untilAsserted(() -> assertThat(hasty.stats(TOPIC).errors()).isEqualTo(1));
        assertThat(hasty.stats(TOPIC).depth()).isZero();
    }

    @Test
    void theMetricsEqualTheStatistics() throws InterruptedException {
        bus.publish(message("nobody is there"));
        bus.subscribe(TOPIC, _ -> {});
        publishConcurrently(1, 10);
        bus.stop();

        assertThat(metric("xg2g.bus.messages", "routed")).isEqualTo(10);
        assertThat(metric("xg2g.bus.messages", "unrouted")).isEqualTo(1);
        assertThat(metric("xg2g.bus.deliveries", "delivered")).isEqualTo(10);
        assertThat(registry.get("xg2g.bus.subscribers").gauge().value()).isEqualTo(1);
        assertThat(registry.get("xg2g.bus.depth").gauge().value()).isZero();
    }

    private double metric(String name, String outcome) {
        return registry.get(name).tag("outcome", outcome).functionCounter().count();
    }
}
