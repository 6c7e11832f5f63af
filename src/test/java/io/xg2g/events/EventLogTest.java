package io.xg2g.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.smallrye.mutiny.helpers.test.AssertSubscriber;
import io.xg2g.queue.CircularQueue;
import io.xg2g.queue.Durability;
import io.xg2g.queue.QueueOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was recorded is read in its order, in pages and as a stream. */
class EventLogTest {
    private static final ObjectMapper MAPPER = new ObjectMapper()
            .registerModule(new JavaTimeModule())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS);
    private static final Predicate<RecordedEvent> ALL = _ -> true;
    private static final Instant NOON = Instant.parse("2026-01-31T12:00:00Z");

    @TempDir
    Path directory;

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private CircularQueue<Event> queue;
    private EventLog log;

    @BeforeEach
    void open() throws IOException {
        open(Integer.MAX_VALUE);
    }

    private void open(int items) throws IOException {
        QueueOptions options = QueueOptions.named("events");
        queue = CircularQueue.open(
                options.with(new QueueOptions.Bounds(1, items, 1 << 16))
                        .with(QueueOptions.Storage.in(directory, Durability.ASYNC)),
                EventLog.json(MAPPER));
        log = new EventLog(queue, Duration.ofDays(7), MAPPER, registry);
    }

    @AfterEach
    void close() throws IOException {
        queue.close();
    }

    @Test
    void anEventComesBackAsItWas() {
        Event event = new Event(NOON, "stream.degraded", "news", "Late.", Map.of("droppedRungs", "2", "a", "b"));
        record(event);

        assertThat(log.latest(10, ALL).events())
                .containsExactly(new RecordedEvent(
                        1, NOON, "stream.degraded", "news", "Late.", Map.of("droppedRungs", "2", "a", "b"), null));
    }

    @Test
    void theLatestPageIsInOrder() {
        record(2000);

        EventLog.Page page = log.latest(3, ALL);

        assertThat(sequences(page)).containsExactly(1998L, 1999L, 2000L);
        assertThat(page.read()).isEqualTo(2000);
        assertThat(page.more()).isFalse();
    }

    @Test
    void theLatestMatchingOnesAreFoundHoweverOldTheyAre() {
        record(event("device.disabled", 0), event("device.restored", 0));
        record(3000);

        assertThat(log.latest(5, event -> event.type().startsWith("device.")).events())
                .extracting(RecordedEvent::type)
                .containsExactly("device.disabled", "device.restored");
        assertThat(log.latest(event -> event.type().startsWith("device.")))
                .get()
                .extracting(RecordedEvent::type)
                .isEqualTo("device.restored");
        assertThat(log.latest(event -> event.type().startsWith("job."))).isEmpty();
    }

    @Test
    void pagesBehindASequenceGiveEachEventOnce() {
        record(1234);
        List<Long> read = new ArrayList<>();
        EventLog.Page page = log.since(0, 100, ALL);
        while (true) {
            read.addAll(sequences(page));
            if (!page.more()) {
                break;
            }
            page = log.since(page.read(), 100, ALL);
        }

        assertThat(read)
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, 1234).boxed().toList());
    }

    @Test
    void filteredPagesEndWithTheLastMatch() {
        for (int i = 0; i < 30; i++) {
            record(event(i % 10 == 0 ? "job.dead" : "stream.started", i));
        }
        Predicate<RecordedEvent> jobs = event -> event.type().equals("job.dead");

        EventLog.Page first = log.since(0, 2, jobs);
        assertThat(sequences(first)).containsExactly(1L, 11L);
        assertThat(first.more()).isTrue();
        EventLog.Page second = log.since(first.read(), 2, jobs);
        assertThat(sequences(second)).containsExactly(21L);
        assertThat(second.more()).isFalse();
    }

    @Test
    void aSequenceOfAnotherLogGivesEverything() {
        record(3);
        assertThat(sequences(log.since(4711, 10, ALL))).containsExactly(1L, 2L, 3L);
        assertThat(sequences(log.since(3, 10, ALL))).isEmpty();
    }

    @Test
    void theOldestGoWhenThereAreTooMany() throws IOException {
        queue.close();
        open(10);
        record(25);
        assertThat(sequences(log.since(0, 100, ALL)))
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(16, 25).boxed().toList());
    }

    @Test
    void eventsAndTheirSequencesSurviveARestart() throws IOException {
        record(5);
        queue.close();
        open();
        assertThat(sequences(log.latest(10, ALL))).containsExactly(1L, 2L, 3L, 4L, 5L);
        record(1);
        assertThat(sequences(log.since(4, 10, ALL))).containsExactly(5L, 6L);
    }

    @Test
    void aClientThatFollowsGetsTheStoredOnesAndThenEachFurtherOne() {
        record(250);
        AssertSubscriber<RecordedEvent> client =
                log.follow(3, ALL).subscribe().withSubscriber(AssertSubscriber.create(Long.MAX_VALUE));
        await().until(() -> client.getItems().size() == 247);
        record(10);
        await().until(() -> client.getItems().size() == 257);

        assertThat(client.getItems())
                .extracting(RecordedEvent::sequence)
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(4, 260).boxed().toList());

        log.drain(new ShutdownDelayInitiatedEvent());
        client.awaitCompletion();
    }

    @Test
    void aClientThatBeginsWithTheLatestMissesNoneAfterThem() {
        record(20);
        AssertSubscriber<RecordedEvent> client =
                log.followLatest(2, ALL).subscribe().withSubscriber(AssertSubscriber.create(Long.MAX_VALUE));
        await().until(() -> client.getItems().size() == 2);
        record(2);
        await().until(() -> client.getItems().size() == 4);

        assertThat(client.getItems()).extracting(RecordedEvent::sequence).containsExactly(19L, 20L, 21L, 22L);
    }

    @Test
    void aSlowClientDelaysNeitherTheLogNorOtherClients() {
        AssertSubscriber<RecordedEvent> slow =
                log.follow(0, ALL).subscribe().withSubscriber(AssertSubscriber.create(1));
        AssertSubscriber<RecordedEvent> fast =
                log.follow(0, ALL).subscribe().withSubscriber(AssertSubscriber.create(Long.MAX_VALUE));
        record(3000);
        await().until(() -> fast.getItems().size() == 3000);
        assertThat(slow.getItems()).hasSize(1);

        slow.request(Long.MAX_VALUE);

        await().until(() -> slow.getItems().size() == 3000);
        assertThat(slow.getItems()).isEqualTo(fast.getItems());
    }

    @Test
    void whatCannotBeStoredIsCounted() throws IOException {
        queue.close();
        log.record(event("job.dead", 1));
        assertThat(registry.get("xg2g.events.dropped")
                        .tag("reason", "storage")
                        .counter()
                        .count())
                .isOne();
    }

    private void record(int events) {
        record(IntStream.range(0, events)
                .mapToObj(i -> event("stream.started", i))
                .toArray(Event[]::new));
    }

    /** Records events, and waits until they are served. */
    private void record(Event... events) {
        long before = log.latest(1, ALL).read();
        for (Event event : events) {
            log.record(event);
        }
        await().until(() -> log.latest(1, ALL).read() == before + events.length);
    }

    private static Event event(String type, int number) {
        return new Event(NOON.plusSeconds(number), type, "subject", "message " + number, Map.of());
    }

    private static List<Long> sequences(EventLog.Page page) {
        return page.events().stream().map(RecordedEvent::sequence).toList();
    }
}
