package io.xg2g.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.smallrye.mutiny.Multi;
import io.xg2g.events.EventHistory;
import io.xg2g.events.RecordedEvent;
import io.xg2g.problem.ProblemException;
import io.xg2g.schedule.Patience;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two gateways with a real Redis. */
class SharedEventsIT {
    private static final Predicate<RecordedEvent> ALL = _ -> true;

    private final RealRedis redis;
    private final Gateway a;
    private final Gateway b;

    SharedEventsIT() throws Exception {
        redis = new RealRedis();
        a = new Gateway("a");
        b = new Gateway("b");
    }

    @AfterEach
    void close() {
        redis.close();
    }

    /** A gateway with its own events in memory. */
    private final class Gateway implements EventHistory {
        final String name;
        final List<RecordedEvent> own = new ArrayList<>();
        final EventStream stream =
                new EventStream(redis.connect(), new ObjectMapper().findAndRegisterModules(), 10_000);
        SharedEvents shared;

        Gateway(String name) {
            this.name = name;
            shared = new SharedEvents(Optional.of(name), Optional.of(stream), this);
        }

        void record(int number) {
            for (int i = 0; i < number; i++) {
                own.add(new RecordedEvent(
                        own.size() + 1L, Instant.EPOCH, "job.dead", name + own.size(), "«Öl»", Map.of("a", "b"), null));
            }
        }

        @Override
        public Page since(long sequence, int most, Predicate<RecordedEvent> wanted) {
            long from = sequence > own.size() ? 0 : sequence;
            return new Page(
                    own.stream()
                            .filter(event -> event.sequence() > from)
                            .limit(most)
                            .toList(),
                    from,
                    false);
        }

        @Override
        public Page latest(int most, Predicate<RecordedEvent> wanted) {
            throw new AssertionError();
        }

        @Override
        public Multi<RecordedEvent> follow(long sequence, Predicate<RecordedEvent> wanted) {
            throw new AssertionError();
        }

        @Override
        public Multi<RecordedEvent> followLatest(int most, Predicate<RecordedEvent> wanted) {
            throw new AssertionError();
        }
    }

    private static List<String> subjects(EventHistory.Page page) {
        return page.events().stream().map(RecordedEvent::subject).toList();
    }

    @Test
    void eachGatewayServesTheEventsOfAllInOneOrder() {
        a.record(2);
        a.shared.add();
        b.record(1);
        b.shared.add();
        a.record(1);
        a.shared.add();
        a.shared.add();

        EventHistory.Page page = b.stream.since(0, 100, ALL);
        assertThat(subjects(page)).containsExactly("a0", "a1", "b0", "a2");
        assertThat(page.events()).extracting(RecordedEvent::sequence).containsExactly(1L, 2L, 3L, 4L);
        assertThat(page.events().getLast())
                .isEqualTo(new RecordedEvent(
                        4, Instant.EPOCH, "job.dead", "a2", "«Öl»", Map.of("a", "b"), "a"));
        assertThat(subjects(a.stream.latest(2, ALL))).containsExactly("b0", "a2");
    }

    @Test
    void pagesOfDifferentGatewaysContinueEachOther() {
        a.record(1200);
        a.shared.add();
        b.record(1);
        b.shared.add();

        EventHistory.Page first = a.stream.since(0, 700, ALL);
        assertThat(first.more()).isTrue();
        EventHistory.Page second = b.stream.since(first.read(), 700, ALL);
        assertThat(second.more()).isFalse();
        assertThat(first.events().size() + second.events().size()).isEqualTo(1201);
        assertThat(subjects(a.stream.since(0, 10, event -> event.subject().startsWith("b"))))
                .containsExactly("b0");
        assertThat(subjects(a.stream.latest(10, event -> event.subject().startsWith("b"))))
                .containsExactly("b0");
    }

    @Test
    void aClientFollowsThemUntilTheGatewayShutsDown() {
        a.record(3);
        a.shared.add();
        List<String> seen = new CopyOnWriteArrayList<>();
        List<String> ended = new CopyOnWriteArrayList<>();
        b.stream
                .followLatest(2, ALL)
                .subscribe()
                .with(event -> seen.add(event.subject()), failure -> ended.add(failure.toString()), () -> ended.add("end"));
        Awaitility.await().atMost(Patience.seconds(30)).until(() -> seen.equals(List.of("a1", "a2")));
        b.record(1);
        b.shared.add();
        Awaitility.await().atMost(Patience.seconds(30)).until(() -> seen.equals(List.of("a1", "a2", "b0")));

        b.stream.end();
        Awaitility.await().atMost(Patience.seconds(30)).until(() -> ended.equals(List.of("end")));
    }

    @Test
    void eventsFromWhileRedisWasAwayFollow() throws Exception {
        a.record(1);
        a.shared.add();
        redis.kill();
        a.record(2);
        a.shared.add();
        assertThatThrownBy(() -> b.stream.since(0, 10, ALL)).isInstanceOf(ProblemException.class);

        redis.restart();
        a.shared.add();
        // It has lost its data: all are added again.
        assertThat(subjects(b.stream.since(17, 10, ALL))).containsExactly("a0", "a1", "a2");
    }

    @Test
    void aGatewayWhoseLogWasDeletedAddsItsNewEvents() {
        a.record(3);
        a.shared.add();
        a.own.clear();
        a.record(2);
        a.shared.add();
        assertThat(subjects(b.stream.since(0, 10, ALL))).containsExactly("a0", "a1", "a2", "a0", "a1");
    }
}
