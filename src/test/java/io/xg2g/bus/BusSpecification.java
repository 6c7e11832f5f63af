package io.xg2g.bus;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.xg2g.schedule.Patience;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Specification of every bus implementation. */
@Timeout(60)
abstract class BusSpecification {
    static final String TOPIC = "topic";

    Bus bus;

    /** A bus that has not been started. */
    abstract Bus create();

    @BeforeEach
    void startTheBus() {
        bus = create();
        bus.start();
    }

    @AfterEach
    void closeTheBus() {
        bus.close();
    }

    @Test
    void messagesArriveUnchanged() throws InterruptedException {
        ConcurrentLinkedQueue<Message> received = new ConcurrentLinkedQueue<>();
        bus.subscribe(TOPIC, received::add);
        Message message = message("hello").withHeader("header", "1").withMetadata("by", "test");

        bus.publish(message);

        await().until(() -> received.size() == 1);
        Message arrived = received.element();
        assertThat(arrived).usingRecursiveComparison().isEqualTo(message);
    }

    @Test
    void tenProducersOfAHundredMessagesEach() throws InterruptedException {
        ConcurrentLinkedQueue<Message> received = new ConcurrentLinkedQueue<>();
        bus.subscribe(TOPIC, received::add);

        publishConcurrently(10, 100);

        await().until(() -> received.size() == 1_000);
        assertThat(texts(received)).doesNotHaveDuplicates();
        for (int producer = 0; producer < 10; producer++) {
            String prefix = producer + "-";
            assertThat(texts(received))
                    .filteredOn(text -> text.startsWith(prefix))
                    .containsExactlyElementsOf(IntStream.range(0, 100)
                            .mapToObj(number -> prefix + number)
                            .toList());
        }
    }

    @Test
    void eachOfFiveConsumersGetsEachMessage() throws InterruptedException {
        List<ConcurrentLinkedQueue<Message>> received = subscribers(5);

        publishConcurrently(1, 100);

        await().until(() -> received.stream().allMatch(one -> one.size() == 100));
        assertThat(received).allSatisfy(one -> assertThat(texts(one)).isEqualTo(texts(received.getFirst())));
    }

    @Test
    void tenProducersAndFiveConsumersTogether() throws InterruptedException {
        List<ConcurrentLinkedQueue<Message>> received = subscribers(5);

        publishConcurrently(10, 100);

        await().until(() -> received.stream().allMatch(one -> one.size() == 1_000));
        assertThat(received).allSatisfy(one -> assertThat(texts(one)).doesNotHaveDuplicates());
    }

    @Test
    void aStopHandlesAllAcceptedMessagesWithoutInterruptingHandlers() throws InterruptedException {
        AtomicInteger handled = new AtomicInteger();
        AtomicInteger interrupted = new AtomicInteger();
        CountDownLatch go = new CountDownLatch(1);
        bus.subscribe(TOPIC, _ -> {
            go.await();
            interrupted.addAndGet(Thread.currentThread().isInterrupted() ? 1 : 0);
            handled.incrementAndGet();
        });
        publishConcurrently(1, 1_000);

        Thread stopping = Thread.ofVirtual().start(bus::stop);
        await().untilAsserted(() -> assertThatThrownBy(() -> bus.publish(message("late")))
                .isInstanceOf(BusStoppedException.class)
                .hasMessageContaining(TOPIC));
        go.countDown();
        stopping.join();

        assertThat(handled).hasValue(1_000);
        assertThat(interrupted).hasValue(0);
        assertThat(bus.stats(TOPIC).depth()).isZero();
    }

    @Test
    void failuresOfHandlersAreCounted() throws InterruptedException {
        bus.subscribe(TOPIC, message -> {
            if (text(message).endsWith("0")) {
                throw new IOException("made to fail");
            }
        });

        publishConcurrently(1, 100);
        bus.stop();

        BusStats stats = bus.stats(TOPIC);
        assertThat(stats.errors()).isEqualTo(10);
        assertThat(stats.deadLetters()).isEqualTo(10);
        assertThat(stats.delivered()).isEqualTo(90);
    }

    @Test
    void aHandlerThatThrowsDoesNotAffectOthers() throws InterruptedException {
        ConcurrentLinkedQueue<Message> received = new ConcurrentLinkedQueue<>();
        bus.subscribe(TOPIC, _ -> {
            throw new StackOverflowError("made to fail");
        });
        bus.subscribe(TOPIC, received::add);
        bus.subscribe(TOPIC, _ -> {
            throw new IllegalStateException("made to fail");
        });

        publishConcurrently(1, 100);
        bus.stop();

        assertThat(received).hasSize(100);
        assertThat(bus.stats(TOPIC).errors()).isEqualTo(200);
    }

    @Test
    void topicsAreIsolated() throws InterruptedException {
        Map<String, AtomicInteger> received = new ConcurrentHashMap<>();
        for (String topic : List.of("a", "b", "a.b")) {
            bus.subscribe(topic, message -> {
                assertThat(message.topic()).isEqualTo(topic);
                received.computeIfAbsent(topic, _ -> new AtomicInteger()).incrementAndGet();
            });
        }

        bus.publish(Message.of("a", new byte[0]));
        bus.publish(Message.of("b", new byte[0]));
        bus.publish(Message.of("b", new byte[0]));
        bus.stop();

        assertThat(received).containsOnlyKeys("a", "b");
        assertThat(received.get("a")).hasValue(1);
        assertThat(received.get("b")).hasValue(2);
        assertThat(bus.stats().errors()).isZero();
    }

    @Test
    void aPublisherThatWaitsForSpaceCanBeInterruptedAndItsMessageIsNotDelivered() throws InterruptedException {
        ConcurrentLinkedQueue<Message> received = new ConcurrentLinkedQueue<>();
        CountDownLatch go = new CountDownLatch(1);
        bus.subscribe(TOPIC, received::add);
        bus.subscribe(TOPIC, _ -> go.await());
        AtomicInteger accepted = new AtomicInteger();
        AtomicReference<Throwable> refused = new AtomicReference<>();
        Thread publisher = Thread.ofVirtual().start(() -> {
            try {
                while (true) {
                    bus.publish(message("m" + accepted.get()));
                    accepted.incrementAndGet();
                }
            } catch (Throwable e) {
                refused.set(e);
            }
        });
        await().until(() -> publisher.getState() == Thread.State.WAITING);

        publisher.interrupt();
        publisher.join();
        go.countDown();
        bus.stop();

        assertThat(refused.get()).isInstanceOf(InterruptedException.class);
        assertThat(received).hasSize(accepted.get());
        assertThat(bus.stats(TOPIC).published()).isEqualTo(accepted.get());
    }

    @Test
    void anUnsubscribedHandlerGetsNoMoreMessagesAndTheOthersGetAll() throws InterruptedException {
        ConcurrentLinkedQueue<Message> left = new ConcurrentLinkedQueue<>();
        ConcurrentLinkedQueue<Message> stayed = new ConcurrentLinkedQueue<>();
        AtomicReference<Subscription> own = new AtomicReference<>();
        CountDownLatch subscribed = new CountDownLatch(1);
        own.set(bus.subscribe(TOPIC, message -> {
            left.add(message);
            subscribed.await();
            if (left.size() == 50) {
                own.get().unsubscribe();
            }
        }));
        subscribed.countDown();
        bus.subscribe(TOPIC, stayed::add);

        publishConcurrently(2, 500);
        bus.stop();

        assertThat(left).hasSize(50);
        assertThat(stayed).hasSize(1_000);
        assertThat(bus.stats(TOPIC).subscribers()).isEqualTo(1);
    }

    @Test
    void statisticsAreExact() throws InterruptedException {
        bus.publish(message("nobody is there"));
        subscribers(3);
        bus.subscribe(
                TOPIC,
                SubscriptionOptions.DEFAULT.withFilter(message -> text(message).startsWith("0-")),
                _ -> {});
        bus.subscribe(TOPIC, "group", _ -> {});
        bus.subscribe(TOPIC, "group", _ -> {});

        publishConcurrently(4, 250);
        bus.stop();

        assertThat(bus.stats(TOPIC)).isEqualTo(new BusStats(1_001, 1, 3_000 + 250 + 1_000, 0, 0, 0, 750, 6, 0));
        assertThat(bus.stats()).isEqualTo(bus.stats(TOPIC));
        assertThat(bus.stats("another")).isEqualTo(BusStats.NONE);
    }

    @Test
    void oneMemberOfAGroupGetsAMessageAndEveryMemberGetsSome() throws InterruptedException {
        List<ConcurrentLinkedQueue<Message>> received = new ArrayList<>();
        CountDownLatch all = new CountDownLatch(5);
        for (int i = 0; i < 5; i++) {
            ConcurrentLinkedQueue<Message> mine = new ConcurrentLinkedQueue<>();
            received.add(mine);
            bus.subscribe(TOPIC, "group", message -> {
                mine.add(message);
                if (mine.size() == 1) {
                    all.countDown();
                    // All wait until everyone has a message.
                    assertThat(all.await(Patience.seconds(20).toSeconds(), TimeUnit.SECONDS))
                            .isTrue();
                }
            });
        }

        publishConcurrently(2, 250);
        bus.stop();

        assertThat(received).noneMatch(ConcurrentLinkedQueue::isEmpty);
        assertThat(received.stream().flatMap(one -> texts(one).stream()))
                .hasSize(500)
                .doesNotHaveDuplicates();
        assertThat(bus.stats(TOPIC).errors()).isZero();
    }

    /** Creates subscribers, each with a list of its received messages. */
    private List<ConcurrentLinkedQueue<Message>> subscribers(int count) {
        List<ConcurrentLinkedQueue<Message>> received = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ConcurrentLinkedQueue<Message> mine = new ConcurrentLinkedQueue<>();
            received.add(mine);
            bus.subscribe(TOPIC, mine::add);
        }
        return received;
    }

    /** Each producer publishes this number of messages, named by the numbers of producer and message. */
    void publishConcurrently(int producers, int messages) throws InterruptedException {
        List<Thread> threads = IntStream.range(0, producers)
                .mapToObj(producer -> Thread.ofVirtual().start(() -> publish(producer, messages)))
                .toList();
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private void publish(int producer, int messages) {
        try {
            for (int number = 0; number < messages; number++) {
                bus.publish(message(producer + "-" + number));
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    static Message message(String text) {
        return Message.of(TOPIC, text.getBytes(UTF_8));
    }

    static String text(Message message) {
        return new String(message.payload(), UTF_8);
    }

    static List<String> texts(Iterable<Message> messages) {
        List<String> texts = new ArrayList<>();
        messages.forEach(message -> texts.add(text(message)));
        return texts;
    }
}
