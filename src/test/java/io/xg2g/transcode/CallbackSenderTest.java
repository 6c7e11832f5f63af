package io.xg2g.transcode;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.durability.ManualQueueClock;
import io.xg2g.http.HmacSha256;
import io.xg2g.queue.HybridQueue;
import io.xg2g.queue.QueueClock;
import io.xg2g.queue.QueueOptions;
import io.xg2g.queue.Serializer;
import io.xg2g.schedule.Backoff;
import io.xg2g.schedule.ManualTime;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CallbackSenderTest {
    private static final String SECRET = "0123456789abcdef0123456789abcdef";
    private static final int REFUSED = -1;

    private record Sent(URI uri, Map<String, String> headers, String body) {}

    private final ManualTime time = new ManualTime();
    private final Deque<Integer> answers = new ArrayDeque<>();
    private final List<Sent> sent = new ArrayList<>();
    private final List<CallbackSender.Outcome> outcomes = new ArrayList<>();
    private HybridQueue<CallbackSender.Message> queue;
    private CallbackSender sender;

    @BeforeEach
    void open() throws IOException {
        QueueClock clock = new ManualQueueClock(time);
        queue = HybridQueue.open(QueueOptions.named("callbacks").with(clock), new Serializer<>() {
            @Override
            public byte[] toBytes(CallbackSender.Message message) {
                return String.join("\n", message.job(), message.url(), message.body())
                        .getBytes(StandardCharsets.UTF_8);
            }

            @Override
            public CallbackSender.Message fromBytes(byte[] bytes) {
                String[] parts = new String(bytes, StandardCharsets.UTF_8).split("\n", -1);
                return new CallbackSender.Message(parts[0], parts[1], parts[2]);
            }
        });
        sender = new CallbackSender(
                queue,
                (uri, headers, body) -> {
                    sent.add(new Sent(uri, headers, body));
                    int status = answers.remove();
                    if (status == REFUSED) {
                        throw new ConnectException("refused");
                    }
                    return status;
                },
                new CallbackSender.Policy(
                        SECRET, 3, new Backoff(Duration.ofSeconds(2), Duration.ofMinutes(10), () -> 1), outcomes::add),
                time,
                Runnable::run);
        queue.add(new CallbackSender.Message("job-1", "http://192.0.2.1/done", "{\"state\":\"completed\"}"));
    }

    @AfterEach
    void close() throws IOException {
        queue.close();
    }

    @Test
    void itIsSignedOverTimeAndBody() throws InterruptedException {
        answers.add(204);
        assertThat(sender.consumer().step(Duration.ZERO)).isTrue();

        Sent first = sent.getFirst();
        long seconds = time.instant().getEpochSecond();
        assertThat(first.uri()).hasToString("http://192.0.2.1/done");
        assertThat(first.headers())
                .containsEntry("X-Xg2g-Transcode", "job-1")
                .containsEntry("Content-Type", "application/json")
                .containsEntry(
                        "X-Xg2g-Signature",
                        "t=" + seconds + ",v1=" + HmacSha256.of(SECRET, seconds + "." + first.body()));
        assertThat(queue.stats().items()).isZero();
        assertThat(outcomes).containsExactly(CallbackSender.Outcome.DELIVERED);
    }

    @Test
    void hmacIsThatOfRfc4231() {
        // RFC 4231, section 4.3.
        assertThat(HmacSha256.of("Jefe", "what do ya want for nothing?"))
                .isEqualTo("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    }

    @Test
    void itIsRepeatedWithGrowingDelaysUntilItIsTaken() throws InterruptedException {
        answers.addAll(List.of(500, REFUSED, 200));
        assertThat(sender.consumer().step(Duration.ZERO)).isTrue();
        assertThat(sender.consumer().step(Duration.ZERO)).isFalse();
        time.advance(Duration.ofSeconds(2));
        assertThat(sender.consumer().step(Duration.ZERO)).isTrue();
        time.advance(Duration.ofSeconds(3));
        assertThat(sender.consumer().step(Duration.ZERO)).isFalse();
        time.advance(Duration.ofSeconds(1));
        assertThat(sender.consumer().step(Duration.ZERO)).isTrue();

        assertThat(sent)
                .extracting(Sent::body)
                .containsOnly("{\"state\":\"completed\"}")
                .hasSize(3);
        assertThat(queue.stats().items()).isZero();
        assertThat(outcomes)
                .containsExactly(
                        CallbackSender.Outcome.POSTPONED,
                        CallbackSender.Outcome.POSTPONED,
                        CallbackSender.Outcome.DELIVERED);
    }

    @Test
    void itIsGivenUpAfterItsLastAttempt() throws InterruptedException {
        answers.addAll(List.of(302, 404, 500));
        for (int n = 0; n < 3; n++) {
            assertThat(sender.consumer().step(Duration.ZERO)).isTrue();
            time.advance(Duration.ofMinutes(1));
        }
        assertThat(sender.consumer().step(Duration.ZERO)).isFalse();
        assertThat(queue.stats().items()).isZero();
        assertThat(outcomes.getLast()).isEqualTo(CallbackSender.Outcome.ABANDONED);
    }

    @Test
    void aHostThatDoesNotRespondHoldsUpNoOthers() throws Exception {
        AtomicInteger toDeadHost = new AtomicInteger();
        CountDownLatch timeout = new CountDownLatch(1);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            sender = new CallbackSender(
                    queue,
                    (uri, _, _) -> {
                        if (uri.getHost().equals("192.0.2.2")) {
                            return 200;
                        }
                        if (toDeadHost.incrementAndGet() > 1) {
                            timeout.await();
                        }
                        throw new ConnectException("timeout");
                    },
                    new CallbackSender.Policy(
                            SECRET, 3, Backoff.exact(Duration.ofSeconds(2), Duration.ofMinutes(10)), outcome -> {}),
                    time,
                    threads);
            assertThat(sender.consumer().step(Duration.ZERO)).isTrue();
            Awaitility.await().until(() -> queue.stats().delayed() == 1);
            for (int job = 2; job <= 20; job++) {
                queue.add(new CallbackSender.Message("job-" + job, "http://192.0.2.1/done", "{}"));
            }
            queue.add(new CallbackSender.Message("other", "http://192.0.2.2/done", "{}"));

            for (int job = 2; job <= 21; job++) {
                assertThat(sender.consumer().step(Duration.ZERO)).isTrue();
            }
            Awaitility.await()
                    .until(() ->
                            queue.stats().acknowledged() == 1 && queue.stats().delayed() == 19 && toDeadHost.get() > 1);
            assertThat(toDeadHost).as("the first one, and one at a time").hasValue(2);
            timeout.countDown();
            Awaitility.await().until(() -> queue.stats().delayed() == 20);
        }
    }
}
