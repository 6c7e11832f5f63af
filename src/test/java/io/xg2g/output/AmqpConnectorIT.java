package io.xg2g.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Vertx;
import io.vertx.proton.ProtonClient;
import io.vertx.proton.ProtonConnection;
import io.vertx.proton.ProtonHelper;
import io.vertx.proton.ProtonServer;
import io.vertx.proton.ProtonSession;
import io.xg2g.connection.ConnectionException;
import io.xg2g.connection.ConnectionKeeper;
import io.xg2g.schedule.ManualTime;
import io.xg2g.schedule.Patience;
import io.xg2g.schedule.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.qpid.proton.amqp.Symbol;
import org.apache.qpid.proton.amqp.transport.ErrorCondition;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections to a broker of AMQP 1.0 that opens and closes them as a test wants. */
class AmqpConnectorIT {
    /** Maximum number of messages of a session that wait for their answers. */
    private static final int CAPACITY = 10;

    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void close() throws Exception {
        vertx.close()
                .toCompletionStage()
                .toCompletableFuture()
                .get(Patience.seconds(60).toSeconds(), TimeUnit.SECONDS);
    }

    /** So a broker refuses a connection (AMQP 1.0, section 2.4.1). */
    @RepeatedTest(20)
    void aConnectionThatIsClosedAsSoonAsItIsOpenHasEnded() throws Exception {
        ProtonServer broker = ProtonServer.create(vertx).connectHandler(connection -> {
            connection.openHandler(_ -> {
                connection.open();
                connection.close();
            });
            connection.closeHandler(_ -> connection.disconnect());
            connection.disconnectHandler(ProtonConnection::disconnect);
        });
        int port = listen(broker);

        String reason;
        try {
            BrokerSession session = connector(port).connect();
            reason = session.ended()
                    .get(Patience.seconds(60).toMillis(), TimeUnit.MILLISECONDS)
                    .getMessage();
        } catch (ConnectionException refused) {
            reason = refused.getMessage();
        }

        assertThat(reason)
                .containsAnyOf("no reason given", "the connection was closed", "the broker closed the connection");
    }

    /** Each camera has an address; brokers limit the links of a session. */
    @Test
    void linksOfCamerasThatWereRemovedAreClosed() throws Exception {
        Set<String> open = ConcurrentHashMap.newKeySet();
        int port = listen(ProtonServer.create(vertx)
                .connectHandler(connection -> connection
                        .openHandler(_ -> connection.open())
                        .sessionOpenHandler(ProtonSession::open)
                        .receiverOpenHandler(link -> {
                            String address = link.getRemoteTarget().getAddress();
                            link.setTarget(link.getRemoteTarget());
                            link.handler((_, _) -> {});
                            link.closeHandler(_ -> {
                                open.remove(address);
                                link.close();
                            });
                            open.add(address);
                            link.open();
                        })
                        .open()));
        ManualTime time = new ManualTime();
        BrokerSession session = connect(port, time);

        publish(session, "1");
        publish(session, "2");
        assertThat(open).containsExactlyInAnyOrder("cameras/1", "cameras/2");
        time.advance(Duration.ofSeconds(50));
        publish(session, "2");
        time.advance(Duration.ofSeconds(20));
        publish(session, "3");

        Awaitility.await().untilAsserted(() -> assertThat(open).containsExactlyInAnyOrder("cameras/2", "cameras/3"));
        publish(session, "1");
        assertThat(open).containsExactlyInAnyOrder("cameras/1", "cameras/2", "cameras/3");
    }

    /** For instance because the address was deleted. */
    @Test
    void messagesOfALinkThatTheBrokerClosesAreRefusedAndTakeNoPlace() throws Exception {
        AtomicBoolean closes = new AtomicBoolean(true);
        int port = listen(ProtonServer.create(vertx)
                .connectHandler(connection -> connection
                        .openHandler(_ -> connection.open())
                        .sessionOpenHandler(ProtonSession::open)
                        .receiverOpenHandler(link -> link.setTarget(link.getRemoteTarget())
                                .setAutoAccept(false)
                                .handler((delivery, _) -> {
                                    if (closes.get()) {
                                        link.setCondition(
                                                new ErrorCondition(Symbol.valueOf("amqp:resource-deleted"), "deleted"));
                                        link.close();
                                    } else {
                                        ProtonHelper.accepted(delivery, true);
                                    }
                                })
                                .open())
                        .open()));
        ManualTime time = new ManualTime();
        BrokerSession session = connect(port, time);

        for (int i = 0; i < 2 * CAPACITY; i++) {
            assertThatThrownBy(() -> publish(session, "1")).hasMessageContaining("deleted");
            time.advance(Duration.ofSeconds(11));
        }
        closes.set(false);

        publish(session, "1");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void messagesOfALinkWithoutCreditOrAnswersTakeNoPlaceWhenTheirTimeIsOver(boolean credit) throws Exception {
        int port = listen(ProtonServer.create(vertx)
                .connectHandler(connection -> connection
                        .openHandler(_ -> connection.open())
                        .sessionOpenHandler(ProtonSession::open)
                        .receiverOpenHandler(link -> {
                            boolean answers =
                                    link.getRemoteTarget().getAddress().endsWith("/2");
                            link.setTarget(link.getRemoteTarget())
                                    .setAutoAccept(answers)
                                    .setPrefetch(answers || credit ? 2 * CAPACITY : 0)
                                    .handler((_, _) -> {})
                                    .open();
                        })
                        .open()));
        BrokerSession session = connect(port, new ManualTime());
        List<CompletableFuture<@Nullable Void>> starved = new ArrayList<>();
        for (int i = 0; i < CAPACITY; i++) {
            starved.add(new CompletableFuture<>());
            session.publish(publication("1"), starved.getLast());
        }
        assertThatThrownBy(() -> publish(session, "2")).hasMessageContaining("too many messages");

        starved.forEach(late -> late.completeExceptionally(new TimeoutException()));

        Awaitility.await().ignoreExceptions().untilAsserted(() -> publish(session, "2"));
    }

    /** RabbitMQ has no queue for it. With AMQP 0-9-1 it is accepted. */
    @Test
    void aMessageThatTheBrokerReleasesIsDelivered() throws Exception {
        int port = listen(ProtonServer.create(vertx)
                .connectHandler(connection -> connection
                        .openHandler(_ -> connection
                                .setProperties(Map.of(Symbol.valueOf("product"), "RabbitMQ"))
                                .open())
                        .sessionOpenHandler(ProtonSession::open)
                        .receiverOpenHandler(link -> link.setTarget(link.getRemoteTarget())
                                .setAutoAccept(false)
                                .handler((delivery, _) -> ProtonHelper.released(delivery, true))
                                .open())));

        publish(connect(port, new ManualTime()), "1");
    }

    private BrokerSession connect(int port, TimeSource time) throws Exception {
        CompletableFuture<BrokerSession> session = new CompletableFuture<>();
        ProtonClient.create(vertx).connect("127.0.0.1", port, connected -> {
            ProtonConnection connection = connected.result();
            connection
                    .openHandler(_ -> session.complete(new AmqpSession(
                            vertx.getOrCreateContext(), connection, "{exchange}/{key}", CAPACITY, time)))
                    .open();
        });
        return session.get(Patience.seconds(60).toSeconds(), TimeUnit.SECONDS);
    }

    private static void publish(BrokerSession session, String camera) throws Exception {
        CompletableFuture<@Nullable Void> result = new CompletableFuture<>();
        session.publish(publication(camera), result);
        result.get(Patience.seconds(60).toSeconds(), TimeUnit.SECONDS);
    }

    private static Publication publication(String camera) {
        return new Publication(
                "cameras", camera, "image/jpeg", "frame", "1", Instant.EPOCH, Map.of(), () -> new byte[] {1});
    }

    private static int listen(ProtonServer broker) throws Exception {
        CompletableFuture<Void> listening = new CompletableFuture<>();
        broker.listen(0, _ -> listening.complete(null));
        listening.get(Patience.seconds(60).toSeconds(), TimeUnit.SECONDS);
        return broker.actualPort();
    }

    private ConnectionKeeper.Connector<BrokerSession> connector(int port) {
        OutputSettings settings =
                TestOutputConfig.of(Map.of("broker.url", "amqp://127.0.0.1:" + port, "broker.protocol", "amqp-1.0"));
        return Broker.amqp(vertx, settings.broker().orElseThrow(), settings, TimeSource.SYSTEM);
    }
}
