package io.xg2g.bus;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.xg2g.schedule.Patience;
import io.xg2g.schedule.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Invariants under races: threads that publish, subscribe, unsubscribe and close concurrently. */
@Timeout(120)
class BusRaceTest {
    private static final String TOPIC = "topic";
    private static final int PUBLISHERS = 4;

    /** Small, so that publishers wait for space most of the time. */
    private final BusSettings settings = new BusSettings(7, 3, Duration.ofSeconds(30));

    private final Bus bus = new LocalBus(settings, TimeSource.SYSTEM, new SimpleMeterRegistry());
    private final ConcurrentLinkedQueue<Throwable> surprises = new ConcurrentLinkedQueue<>();

    private interface Work {
        void run() throws Exception;
    }

    private Thread start(Work work) {
        return Thread.ofVirtual().start(() -> {
            try {
                work.run();
            } catch (Throwable e) {
                surprises.add(e);
            }
        });
    }

    private static void join(List<Thread> threads) throws InterruptedException {
        for (Thread thread : threads) {
            thread.join();
        }
    }

    @RepeatedTest(200)
    void aPublishThatRacesWithTheCloseIsDeliveredOrRefused() throws InterruptedException {
        Set<String> accepted = ConcurrentHashMap.newKeySet();
        List<ConcurrentLinkedQueue<String>> handled =
                List.of(new ConcurrentLinkedQueue<>(), new ConcurrentLinkedQueue<>());
        AtomicInteger refused = new AtomicInteger();
        CountDownLatch some = new CountDownLatch(20);
        bus.start();
        bus.subscribe(TOPIC, message -> handled.getFirst().add(message.id()));
        bus.subscribe(TOPIC, "group", message -> handled.getLast().add(message.id()));
        bus.subscribe(TOPIC, "group", message -> handled.getLast().add(message.id()));
        List<Thread> publishers = IntStream.range(0, PUBLISHERS)
                .mapToObj(_ -> start(() -> {
                    try {
                        while (true) {
                            Message message = Message.of(TOPIC, new byte[0]);
                            bus.publish(message);
                            accepted.add(message.id());
                            some.countDown();
                        }
                    } catch (BusStoppedException over) {
                        refused.incrementAndGet();
                    }
                }))
                .toList();
        some.await();

        bus.close();
        List<List<String>> whenClosed = handled.stream().map(List::copyOf).toList();
        join(publishers);

        assertThat(surprises).isEmpty();
        assertThat(refused).hasValue(PUBLISHERS);
        assertThat(whenClosed).allSatisfy(ids -> {
            assertThat(ids).hasSameSizeAs(accepted);
            assertThat(Set.copyOf(ids)).isEqualTo(accepted);
        });
        assertThat(bus.stats().published()).isEqualTo(accepted.size());
        assertThat(bus.stats().delivered()).isEqualTo(2L * accepted.size());
    }

    @Test
    void aTemporarySubscriberGetsConsecutiveMessagesAndNoOtherSubscriberLosesOne() throws InterruptedException {
        int messages = 2_000;
        bus.start();
        ConcurrentLinkedQueue<String> all = new ConcurrentLinkedQueue<>();
        bus.subscribe(TOPIC, message -> all.add(message.id()));
        List<List<String>> visits = Collections.synchronizedList(new ArrayList<>());
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < PUBLISHERS; i++) {
            threads.add(start(() -> {
                for (int number = 0; number < messages; number++) {
                    bus.publish(Message.of(TOPIC, new byte[0]));
                }
            }));
            threads.add(start(() -> visit(visits)));
        }
        join(threads);

        bus.close();

        List<String> order = List.copyOf(all);
        assertThat(surprises).isEmpty();
        assertThat(order).hasSize(PUBLISHERS * (messages + 150)).doesNotHaveDuplicates();
        assertThat(visits).hasSize(PUBLISHERS * 50).allSatisfy(visit -> {
            int from = order.indexOf(visit.getFirst());
            assertThat(visit).isEqualTo(order.subList(from, from + visit.size()));
        });
    }

    /** Platform threads, more than processors: the system interrupts them anywhere in a publication. */
    @Test
    void aSubscriberThatJoinsDuringAPublicationGetsTheNextMessages() throws InterruptedException {
        BusSettings oneMessage = new BusSettings(1, 3, Duration.ofSeconds(30));
        List<Thread> publishers = new ArrayList<>();
        try (Bus narrow = new LocalBus(oneMessage, TimeSource.SYSTEM, new SimpleMeterRegistry())) {
            narrow.start();
            for (int i = 0; i < 2 * Runtime.getRuntime().availableProcessors(); i++) {
                publishers.add(Thread.ofPlatform().daemon().start(() -> publishAll(narrow)));
            }
            for (int joins = 0; joins < 1_000; joins++) {
                CountDownLatch three = new CountDownLatch(3);
                Subscription subscription = narrow.subscribe(TOPIC, _ -> three.countDown());
                assertThat(three.await(Patience.seconds(30).toMillis(), TimeUnit.MILLISECONDS))
                        .as("joins: " + joins)
                        .isTrue();
                subscription.unsubscribe();
            }
        }
        join(publishers);
    }

    private static void publishAll(Bus bus) {
        try {
            while (true) {
                bus.publish(Message.of(TOPIC, new byte[0]));
            }
        } catch (BusStoppedException | InterruptedException over) {
            // The end of the test.
        }
    }

    /** Subscribes and unsubscribes fifty times, each time after at least three messages. */
    private void visit(List<List<String>> visits) throws InterruptedException {
        for (int i = 0; i < 50; i++) {
            List<String> seen = Collections.synchronizedList(new ArrayList<>());
            CountDownLatch three = new CountDownLatch(3);
            Subscription subscription = bus.subscribe(TOPIC, message -> {
                seen.add(message.id());
                three.countDown();
            });
            for (int message = 0; message < 3; message++) {
                bus.publish(Message.of(TOPIC, new byte[0]));
            }
            three.await();
            subscription.unsubscribe();
            visits.add(List.copyOf(seen));
        }
    }

    @RepeatedTest(20)
    void eachMessageIsSettledOncePerGroupWhateverHandlersDo() throws InterruptedException {
        int messages = 300;
        Random seeds = new Random(7);
        bus.start();
        ConcurrentLinkedQueue<String> dead = new ConcurrentLinkedQueue<>();
        List<ConcurrentLinkedQueue<String>> handled = new ArrayList<>();
        SubscriptionOptions options = SubscriptionOptions.DEFAULT
                .withRetry(Retry.times(2, Duration.ofMillis(1)))
                .withDeadLetterTopic("dead");
        bus.subscribe("dead", message -> dead.add(message.id()));
        for (int group = 0; group < 3; group++) {
            ConcurrentLinkedQueue<String> mine = new ConcurrentLinkedQueue<>();
            handled.add(mine);
            for (int member = 0; member <= group; member++) {
                bus.subscribe(TOPIC, "group" + group, options.withConcurrency(2), reckless(seeds.nextLong(), mine));
            }
        }
        join(IntStream.range(0, PUBLISHERS)
                .mapToObj(publisher -> start(() -> {
                    Random random = new Random(publisher);
                    for (int i = 0; i < messages; i++) {
                        bus.publish(Message.of(TOPIC, new byte[0]).withPriority(random.nextInt(10)));
                    }
                }))
                .toList());

        bus.close();

        BusStats stats = bus.stats(TOPIC);
        long published = (long) PUBLISHERS * messages;
        assertThat(surprises).isEmpty();
        assertThat(handled).allSatisfy(ids -> assertThat(new HashSet<>(ids)).hasSameSizeAs(ids));
        assertThat(handled.stream().mapToInt(ConcurrentLinkedQueue::size).sum() + dead.size())
                .isEqualTo(3 * published);
        assertThat(stats.published()).isEqualTo(published);
        assertThat(stats.delivered() + stats.deadLetters()).isEqualTo(3 * published);
        assertThat(stats.deadLetters()).isEqualTo(dead.size()).isPositive();
        assertThat(stats.depth()).isZero();
    }

    private static Handler reckless(long seed, ConcurrentLinkedQueue<String> handled) {
        Random random = new Random(seed);
        return message -> {
            switch (random.nextInt(4)) {
                case 0 -> throw new IllegalStateException("made to fail");
                case 1 -> throw new AssertionError("made to fail");
                case 2 -> Thread.currentThread().interrupt();
                default -> Thread.onSpinWait();
            }
            handled.add(message.id());
        };
    }
}
