package io.xg2g.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.xg2g.connection.ConnectionException.Kind;
import io.xg2g.schedule.ManualTime;
import io.xg2g.schedule.Patience;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ConnectionKeeperTest {
    private final ManualTime time = new ManualTime();
    private final BlockingQueue<FakeConnection> sessions = new LinkedBlockingQueue<>();
    private final ConnectionKeeper<FakeConnection> keeper =
            new ConnectionKeeper<>("test", sessions::take, time, () -> 1);

    @AfterEach
    void close() {
        keeper.close();
    }

    @Test
    void failuresAreRepeatedAfterDoubledTimesUpToAHalfMinute() {
        List<Duration> attempts = new ArrayList<>();
        AtomicReference<ConnectionKeeper<FakeConnection>> refused = new AtomicReference<>();
        ConnectionKeeper<FakeConnection> refusing = new ConnectionKeeper<>(
                "test",
                () -> {
                    attempts.add(time.sinceStart());
                    if (attempts.size() == 10) {
                        refused.get().close();
                    }
                    throw new ConnectionException(Kind.UNAUTHORIZED, "wrong password");
                },
                time,
                () -> 1);
        refused.set(refusing);
        refusing.run();

        assertThat(attempts.stream().map(Duration::toMillis))
                .containsExactly(0L, 500L, 1500L, 3500L, 7500L, 15500L, 31500L, 61500L, 91500L, 121500L);
        assertThat(refusing.state().connected()).isFalse();
        assertThat(refusing.state().reason()).isEqualTo("wrong password");
        assertThatThrownBy(refusing::session).hasMessage("test is not connected: wrong password");
    }

    @Test
    void connectionsThatEndAtOnceAreFailuresUntilOneLasts() {
        List<Duration> attempts = new ArrayList<>();
        AtomicReference<ConnectionKeeper<FakeConnection>> ending = new AtomicReference<>();
        ConnectionKeeper<FakeConnection> keeping = new ConnectionKeeper<>(
                "test",
                () -> {
                    attempts.add(time.sinceStart());
                    if (attempts.size() == 8) {
                        ending.get().close();
                    }
                    return endsAfter(Duration.ofSeconds(attempts.size() == 6 ? 5 : 0));
                },
                time,
                () -> 1);
        ending.set(keeping);
        keeping.run();

        assertThat(attempts.stream().map(Duration::toMillis))
                .containsExactly(0L, 500L, 1500L, 3500L, 7500L, 15500L, 21000L, 22000L);
    }

    private FakeConnection endsAfter(Duration duration) {
        return new FakeConnection(time) {
            @Override
            public CompletableFuture<ConnectionException> ended() {
                time.advance(duration);
                abort(new ConnectionException(Kind.CONNECTION_LOST, "the user may not use the address"));
                return super.ended();
            }
        };
    }

    @Test
    void anUnexpectedErrorIsAFailureLikeOthers() {
        FakeConnection session = new FakeConnection(time);
        List<String> events = new CopyOnWriteArrayList<>();
        AtomicReference<ConnectionKeeper<FakeConnection>> failed = new AtomicReference<>();
        ConnectionKeeper<FakeConnection> failing = new ConnectionKeeper<>(
                "test",
                () -> switch (events.size()) {
                    case 0 -> {
                        events.add("connector");
                        throw new IllegalStateException("bug of a client");
                    }
                    case 1 -> session;
                    default -> {
                        failed.get().close();
                        events.add("connector again");
                        throw new ConnectionException(Kind.NOT_CONNECTED, "end of the test");
                    }
                },
                time,
                () -> 1);
        failed.set(failing);
        failing.start(() -> {
            events.add("listener: " + failing.state().connected());
            throw new IllegalStateException("bug of a listener");
        });

        Awaitility.await().atMost(Patience.seconds(10)).until(() -> events.size() == 3);
        assertThat(events).containsExactly("connector", "listener: true", "connector again");
        assertThat(session.ended).isDone();
        assertThat(failing.state().connected()).isFalse();
        assertThat(failing.state().reason()).isEqualTo("unexpected error; the log has the details");
    }

    @Test
    void anEndedConnectionIsReplaced() {
        List<FakeConnection> connected = new ArrayList<>();
        FakeConnection first = new FakeConnection(time);
        FakeConnection second = new FakeConnection(time);
        keeper.start(() -> connected.add(null));
        assertThat(keeper.state().connected()).isFalse();

        sessions.add(first);
        awaitSession(first);
        assertThat(keeper.state().accepts()).isTrue();

        first.abort(new ConnectionException(Kind.CONNECTION_LOST, "reset"));
        sessions.add(second);
        awaitSession(second);
        assertThat(connected).hasSize(2);
    }

    @Test
    void aBlockedConnectionIsConnectedButAcceptsNothing() {
        FakeConnection session = new FakeConnection(time);
        keeper.start(() -> {});
        sessions.add(session);
        awaitSession(session);

        session.blocked = "low on memory";

        assertThat(keeper.state().connected()).isTrue();
        assertThat(keeper.state().accepts()).isFalse();
        assertThat(keeper.state().reason()).contains("low on memory");
    }

    @Test
    void aConnectionWithoutAnyAnswerSinceIsEnded() {
        FakeConnection session = new FakeConnection(time);
        long before = time.nanoTime();
        time.advance(Duration.ofSeconds(1));
        session.answered();
        keeper.unanswered(session, before);
        assertThat(session.ended).as("slow").isNotDone();

        time.advance(Duration.ofSeconds(1));
        session.blocked = "alarm";
        keeper.unanswered(session, time.nanoTime());
        assertThat(session.ended).as("blocked").isNotDone();

        session.blocked = null;
        keeper.unanswered(session, time.nanoTime());
        assertThat(session.ended).as("silent").isDone();
    }

    private void awaitSession(FakeConnection session) {
        Awaitility.await().atMost(Patience.seconds(10)).ignoreExceptions().until(() -> keeper.session() == session);
    }
}
