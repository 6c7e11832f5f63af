package io.xg2g.bus;

import static io.xg2g.bus.BusSpecification.TOPIC;
import static io.xg2g.bus.BusSpecification.message;
import static io.xg2g.bus.BusSpecification.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.xg2g.schedule.ManualTime;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Retries and dead letters. */
@Timeout(60)
class FailedDeliveryTest {
    private static final int BUFFER = 100;

    private final ManualTime time = new ManualTime();
    private final ConcurrentLinkedQueue<String> received = new ConcurrentLinkedQueue<>();
    private final Bus bus =
            new LocalBus(new BusSettings(BUFFER, 8, Duration.ofSeconds(30)), time, new SimpleMeterRegistry());

    @BeforeEach
    void startTheBus() {
        bus.start();
    }

    @AfterEach
    void closeTheBus() {
        bus.close();
    }

    @Test
    void aFailedDeliveryIsRetriedWithBackoff() throws InterruptedException {
        AtomicInteger attempts = new AtomicInteger();
        SubscriptionOptions options =
                SubscriptionOptions.DEFAULT.withRetry(new Retry(4, Duration.ofSeconds(1), Duration.ofSeconds(5)));
        bus.subscribe(TOPIC, options, _ -> {
            if (attempts.incrementAndGet() < 5) {
                throw new IllegalStateException("made to fail");
            }
        });
        bus.publish(message("m"));

        for (int seconds : List.of(1, 2, 4, 5)) {
            await().until(() -> time.pending() == 1);
            assertThat(bus.stats(TOPIC).depth()).isEqualTo(1);
            time.advance(Duration.ofSeconds(seconds).minusNanos(1));
            assertThat(time.pending()).isEqualTo(1);
            time.advance(Duration.ofNanos(1));
        }
        bus.stop();

        assertThat(bus.stats()).isEqualTo(new BusStats(1, 0, 1, 4, 0, 0, 0, 1, 0));
    }

    @Test
    void otherMessagesDoNotWaitForARetriedDelivery() throws InterruptedException {
        SubscriptionOptions options = SubscriptionOptions.DEFAULT.withRetry(Retry.times(1, Duration.ofSeconds(1)));
        AtomicInteger calls = new AtomicInteger();
        bus.subscribe(TOPIC, options, message -> {
            if (calls.getAndIncrement() == 0) {
                throw new IllegalStateException("made to fail");
            }
            received.add(text(message));
        });

        bus.publish(message("1"));
        bus.publish(message("2"));
        await().untilAsserted(() -> assertThat(received).containsExactly("2"));
        await().until(() -> time.pending() == 1);
        time.advance(Duration.ofSeconds(1));
        bus.stop();

        assertThat(received).containsExactly("2", "1");
    }

    @Test
    void aStopWaitsForRetries() throws InterruptedException {
        AtomicInteger attempts = new AtomicInteger();
        bus.subscribe(TOPIC, SubscriptionOptions.DEFAULT.withRetry(Retry.times(1, Duration.ofSeconds(1))), _ -> {
            if (attempts.incrementAndGet() == 1) {
                throw new IllegalStateException("made to fail");
            }
        });
        bus.publish(message("m"));
        await().until(() -> time.pending() == 1);

        Thread stopping = Thread.ofVirtual().start(bus::stop);
        await().until(() -> stopping.getState() == Thread.State.TIMED_WAITING);
        time.advance(Duration.ofSeconds(1));
        stopping.join();

        assertThat(attempts).hasValue(2);
        assertThat(bus.stats(TOPIC).delivered()).isEqualTo(1);
    }

    @Test
    void aFailureBecomesADeadLetterAtOnceWhenTooManyRetriesWait() throws InterruptedException {
        bus.subscribe(TOPIC, SubscriptionOptions.DEFAULT.withRetry(Retry.times(3, Duration.ofHours(1))), _ -> {
            throw new IllegalStateException("made to fail");
        });

        for (int i = 0; i < BUFFER + 5; i++) {
            bus.publish(message("m"));
        }
        await().untilAsserted(() -> assertThat(bus.stats(TOPIC).deadLetters()).isEqualTo(5));

        assertThat(bus.stats(TOPIC).depth()).isEqualTo(BUFFER);
        assertThat(time.pending()).isEqualTo(BUFFER);
        for (int hours : List.of(1, 2, 4)) {
            await().until(() -> time.pending() == BUFFER || bus.stats(TOPIC).depth() == 0);
            time.advance(Duration.ofHours(hours));
        }
    }

    @Test
    void anAbandonedDeliveryBecomesADeadLetterWithItsReason() throws InterruptedException {
        ConcurrentLinkedQueue<Message> dead = new ConcurrentLinkedQueue<>();
        bus.subscribe(TOPIC + ".dead-letters", dead::add);
        bus.subscribe(TOPIC, "group", _ -> {
            throw new IllegalStateException("made to fail");
        });
        Message message = message("m").withHeader("header", "1").withPriority(7).withTtl(Duration.ofSeconds(1));

        bus.publish(message);
        bus.stop();

        Message letter = dead.element();
        assertThat(letter.id()).isEqualTo(message.id());
        assertThat(letter.payload()).isEqualTo("m".getBytes(UTF_8));
        assertThat(letter.headers()).isEqualTo(message.headers());
        assertThat(letter.priority()).isEqualTo(7);
        assertThat(letter.ttl()).isNull();
        assertThat(letter.metadata())
                .containsEntry(Message.DEAD_LETTER_TOPIC, TOPIC)
                .containsEntry(Message.DEAD_LETTER_GROUP, "group")
                .containsEntry(Message.DEAD_LETTER_ATTEMPTS, "1")
                .containsEntry(Message.DEAD_LETTER_ERROR, "java.lang.IllegalStateException");
        assertThat(bus.stats(TOPIC).deadLetters()).isEqualTo(1);
    }

    @Test
    void aFailedDeadLetterIsNotPublishedAgain() throws InterruptedException {
        Handler failing = _ -> {
            throw new IllegalStateException("made to fail");
        };
        SubscriptionOptions circle = SubscriptionOptions.DEFAULT.withDeadLetterTopic(TOPIC);
        bus.subscribe(TOPIC, circle, failing);

        bus.publish(message("m"));
        bus.stop();

        assertThat(bus.stats()).isEqualTo(new BusStats(2, 0, 0, 2, 2, 0, 0, 1, 0));
    }
}
