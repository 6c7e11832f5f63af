package io.xg2g.output;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.xg2g.connection.ConnectionException.Kind;
import io.xg2g.connection.ConnectionKeeper;
import io.xg2g.schedule.ManualTime;
import io.xg2g.schedule.Patience;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DeliveriesTest {
    private final ManualTime time = new ManualTime();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final BlockingQueue<FakeSession> sessions = new LinkedBlockingQueue<>();
    private final ConnectionKeeper<FakeSession> keeper =
            new ConnectionKeeper<>("test", sessions::take, time, () -> 1.0);
    private final Deliveries<FakeSession> deliveries = new Deliveries<>(
            "test", keeper, TestOutputConfig.of(Map.of("in-flight", "3", "timeout", "5s")), time, registry);

    @AfterEach
    void close() {
        keeper.close();
    }

    @Test
    void withoutAConnectionADeliveryFailsAtOnce() {
        assertThat(begin()).isCompletedExceptionally();
        assertThat(failures(Kind.NOT_CONNECTED)).isEqualTo(1);
        assertThat(inFlight()).isZero();
        assertThat(time.pending()).isZero();
    }

    @Test
    void anAcceptedDeliveryIsCountedOnce() {
        FakeSession session = connect();
        CompletableFuture<Void> delivery = begin();
        assertThat(inFlight()).isEqualTo(1);

        session.acceptAll();

        assertThat(delivery).isCompleted();
        assertThat(registry.get("xg2g.camera.output").timer().count()).isEqualTo(1);
        assertThat(inFlight()).isZero();
        assertThat(time.pending()).as("timers").isZero();
    }

    @Test
    void aDeliveryEndsAtItsDeadlineAndTheSilentConnectionWithIt() {
        FakeSession session = connect();
        time.advance(Duration.ofSeconds(1));
        CompletableFuture<Void> delivery = begin();

        time.advance(Duration.ofMillis(4999));
        assertThat(delivery).isNotDone();
        time.advance(Duration.ofMillis(1));

        assertThat(delivery).isCompletedExceptionally();
        assertThat(failures(Kind.TIMEOUT)).isEqualTo(1);
        assertThat(session.ended).isDone();
        session.acceptAll();
        assertThat(registry.get("xg2g.camera.output").timer().count())
                .as("late answer")
                .isZero();
    }

    @Test
    void moreThanTheLimitAreRefused() {
        connect();
        List<CompletableFuture<Void>> begun = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            begun.add(begin());
        }

        assertThat(begun.subList(0, 3)).noneMatch(CompletableFuture::isDone);
        assertThat(begun.subList(3, 5)).allMatch(CompletableFuture::isCompletedExceptionally);
        assertThat(failures(Kind.BACKLOG)).isEqualTo(2);
        assertThat(inFlight()).isEqualTo(3);
    }

    @Test
    void aBlockedConnectionRefusesAndIsKept() {
        FakeSession session = connect();
        CompletableFuture<Void> before = begin();
        session.blocked = "alarm";

        assertThat(begin()).isCompletedExceptionally();
        time.advance(Duration.ofSeconds(5));

        assertThat(before).isCompletedExceptionally();
        assertThat(failures(Kind.BLOCKED)).isEqualTo(1);
        assertThat(failures(Kind.TIMEOUT)).isEqualTo(1);
        assertThat(session.ended).isNotDone();
    }

    private FakeSession connect() {
        FakeSession session = new FakeSession(time);
        keeper.start(() -> {});
        sessions.add(session);
        Awaitility.await().atMost(Patience.seconds(10)).ignoreExceptions().until(() -> keeper.session() == session);
        return session;
    }

    private CompletableFuture<Void> begin() {
        return deliveries.begin((session, result) -> session.publish(null, result));
    }

    private double failures(Kind kind) {
        return registry.get("xg2g.camera.output.failures")
                .tag("reason", kind.code())
                .counter()
                .count();
    }

    private double inFlight() {
        return registry.get("xg2g.camera.output.in.flight").gauge().value();
    }
}
