package io.xg2g.output;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.proton.ProtonConnection;
import io.vertx.proton.ProtonServer;
import io.xg2g.schedule.Patience;
import io.xg2g.schedule.TimeSource;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;

/** Connections to a broker of AMQP 1.0 that opens and closes them as a test wants. */
class AmqpConnectorIT {
    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void close() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
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
        CompletableFuture<Void> listening = new CompletableFuture<>();
        broker.listen(0, _ -> listening.complete(null));
        listening.get(60, TimeUnit.SECONDS);

        String reason;
        try {
            BrokerSession session = connector(broker.actualPort()).connect();
            reason = session.ended()
                    .get(Patience.seconds(60).toMillis(), TimeUnit.MILLISECONDS)
                    .getMessage();
        } catch (OutputException refused) {
            reason = refused.getMessage();
        }

        assertThat(reason)
                .containsAnyOf("no reason given", "the connection was closed", "the broker closed the connection");
    }

    private AmqpConnector connector(int port) {
        OutputSettings settings =
                TestOutputConfig.of(Map.of("broker.url", "amqp://127.0.0.1:" + port, "broker.protocol", "amqp-1.0"));
        return new AmqpConnector(vertx, settings.broker().orElseThrow(), settings, TimeSource.SYSTEM);
    }
}
