package io.xg2g.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.proton.ProtonConnection;
import io.vertx.proton.ProtonSender;
import io.vertx.proton.ProtonServer;
import io.vertx.proton.ProtonServerOptions;
import io.vertx.proton.ProtonSession;
import io.xg2g.connection.ConnectionException.Kind;
import io.xg2g.schedule.Patience;
import io.xg2g.service.Certificate;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.TrustManager;
import org.apache.qpid.proton.amqp.Symbol;
import org.apache.qpid.proton.amqp.transport.ErrorCondition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Connections to a broker of AMQP 1.0 in this process, which refuses and is silent as a test wants. */
class AmqpConnectionIT {
    private static final Duration TIMEOUT = Patience.seconds(30);

    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void close() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    /** A connection as clusters and outputs have it. */
    private static final class OpenConnection extends AmqpConnection {
        OpenConnection(Context context, ProtonConnection connection) {
            super(context, connection);
            watchConnection();
        }

        /** Opens a link; completes with the reason when the broker closes it. */
        CompletableFuture<ConnectionException> refusal(String address) {
            CompletableFuture<ConnectionException> refused = new CompletableFuture<>();
            context.runOnContext(_ -> {
                ProtonSender link = connection.createSender(address);
                link.closeHandler(_ -> refused.complete(refused(link, "not opened: " + address)));
                link.open();
            });
            return refused;
        }

        @Override
        public Optional<String> blocked() {
            return Optional.empty();
        }

        @Override
        public long answeredAt() {
            return 0;
        }
    }

    @Test
    void aBrokerThatRefusesAConnectionSaysWhy() throws Exception {
        int port = listen(
                new ProtonServerOptions(),
                connection -> connection.openHandler(_ -> {
                    connection.setCondition(condition("amqp:not-found", "no such virtual host"));
                    connection.open();
                    connection.close();
                }));

        // The connection is open for a moment, so that its end is seen by the connector, or by what has been connected.
        ConnectionException why;
        try {
            why = connector("amqp://127.0.0.1:" + port + "/absent", Optional.empty())
                    .connect()
                    .ended()
                    .get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ConnectionException refused) {
            why = refused;
        }

        assertThat(why.kind()).isEqualTo(Kind.NOT_CONNECTED);
        assertThat(why).hasMessage("the broker refuses the connection: amqp:not-found no such virtual host");
    }

    @ParameterizedTest
    @CsvSource({
        "amqp:unauthorized-access, UNAUTHORIZED, amqp:unauthorized-access send",
        "amqp:resource-limit-exceeded, REFUSED, amqp:resource-limit-exceeded send",
        ", REFUSED, no reason given"
    })
    void aRefusedLinkHasItsReason(String condition, Kind kind, String message) throws Exception {
        int port = listen(
                new ProtonServerOptions(),
                connection -> connection
                        .openHandler(_ -> connection.open())
                        .sessionOpenHandler(ProtonSession::open)
                        .receiverOpenHandler(link -> {
                            if (condition != null) {
                                link.setCondition(condition(condition, "send"));
                            }
                            link.open();
                            link.close();
                        }));
        OpenConnection connection =
                connector("amqp://127.0.0.1:" + port, Optional.empty()).connect();

        ConnectionException refused = connection.refusal("frames").get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);

        assertThat(refused.kind()).isEqualTo(kind);
        assertThat(refused).hasMessage("not opened: frames: " + message);
        assertThat(connection.ended()).as("connection of the link").isNotDone();
        connection.close();
        assertThat(connection.ended().get(1, TimeUnit.SECONDS)).hasMessage("the program ends");
    }

    @Test
    void onlyAuthoritiesOfTheFileAreTrusted(@TempDir Path directory) throws Exception {
        Certificate certificate = Certificate.make(directory);
        ProtonServerOptions tls = new ProtonServerOptions();
        tls.setSsl(true)
                .setKeyCertOptions(new PemKeyCertOptions()
                        .setCertPath(certificate.chain().toString())
                        .setKeyPath(certificate.key().toString()));
        int port = listen(tls, connection -> connection.openHandler(_ -> connection.open()));

        assertThatThrownBy(() ->
                        connector("amqps://localhost:" + port, Optional.empty()).connect())
                .isInstanceOfSatisfying(
                        ConnectionException.class,
                        refused -> assertThat(refused.kind()).isEqualTo(Kind.NOT_CONNECTED));
        OpenConnection trusted = connector(
                        "amqps://localhost:" + port, Optional.of(TrustedAuthorities.of("key", certificate.chain())))
                .connect();
        assertThat(trusted.ended()).isNotDone();
        trusted.close();
    }

    @Test
    void aConnectionThatIsNotNeededAnyMoreIsNotWaitedFor() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            AmqpConnector<OpenConnection> connector =
                    connector("amqp://127.0.0.1:" + silent.getLocalPort(), Optional.empty());
            CompletableFuture<Throwable> ended = new CompletableFuture<>();
            Thread connecting = Thread.startVirtualThread(() -> {
                try {
                    connector.connect();
                } catch (ConnectionException | InterruptedException why) {
                    ended.complete(why);
                }
            });
            silent.accept();

            connecting.interrupt();

            assertThat(ended.get(TIMEOUT.toMillis() / 2, TimeUnit.MILLISECONDS))
                    .isInstanceOf(InterruptedException.class);
        }
    }

    @Test
    void aConnectionThatIsNeverAnsweredIsClosed() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            Duration soon = Duration.ofMillis(200);
            AmqpConnector<OpenConnection> connector = new AmqpConnector<>(
                    vertx,
                    new ConnectionSettings(
                            endpoint("amqp://127.0.0.1:" + silent.getLocalPort()), soon, 10, Optional.empty()),
                    "test",
                    OpenConnection::new,
                    soon);

            assertThatThrownBy(connector::connect).hasMessage("the broker did not answer within 200 ms");

            try (Socket broker = silent.accept()) {
                broker.setSoTimeout(Math.toIntExact(TIMEOUT.toMillis()));
                assertThat(broker.getInputStream().readAllBytes())
                        .as("up to the end")
                        .isNotEmpty();
            }
        }
    }

    private static Endpoint endpoint(String url) {
        return Endpoint.of("test.", Endpoint.Schemes.AMQP, url, Optional.empty(), Optional.empty());
    }

    private static ErrorCondition condition(String name, String description) {
        return new ErrorCondition(Symbol.valueOf(name), description);
    }

    private AmqpConnector<OpenConnection> connector(String url, Optional<TrustManager> trust) {
        return new AmqpConnector<>(
                vertx, new ConnectionSettings(endpoint(url), TIMEOUT, 10, trust), "test", OpenConnection::new);
    }

    private int listen(ProtonServerOptions options, Handler<ProtonConnection> broker) throws Exception {
        CompletableFuture<Void> listening = new CompletableFuture<>();
        ProtonServer server = ProtonServer.create(vertx, options).connectHandler(connection -> {
            connection.disconnectHandler(ProtonConnection::disconnect);
            broker.handle(connection);
        });
        server.listen(0, _ -> listening.complete(null));
        listening.get(60, TimeUnit.SECONDS);
        return server.actualPort();
    }
}
