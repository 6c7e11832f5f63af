package io.xg2g.output;

import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.net.TrustOptions;
import io.vertx.proton.ProtonClient;
import io.vertx.proton.ProtonClientOptions;
import io.vertx.proton.ProtonConnection;
import io.xg2g.output.OutputException.Kind;
import io.xg2g.schedule.TimeSource;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.TrustManager;
import javax.security.sasl.SaslException;
import org.jspecify.annotations.Nullable;

/** Connects to a broker by AMQP 1.0. */
final class AmqpConnector implements ConnectionKeeper.Connector<BrokerSession> {
    /** Of the peer's silence after which the connection is closed, the half: proton sends and expects frames twice as often. */
    private static final int HEARTBEAT_MILLIS = 10_000;

    private final Vertx vertx;
    private final OutputSettings.Broker broker;
    private final Optional<TrustManager> trust;
    private final Duration timeout;
    private final int capacity;
    private final TimeSource time;

    AmqpConnector(Vertx vertx, OutputSettings.Broker broker, OutputSettings settings, TimeSource time) {
        this.vertx = vertx;
        this.broker = broker;
        this.trust = settings.trust();
        this.timeout = settings.timeout();
        this.capacity = settings.inFlight();
        this.time = time;
    }

    @Override
    public BrokerSession connect() throws OutputException, InterruptedException {
        Context context = vertx.getOrCreateContext();
        CompletableFuture<AmqpSession> opened = new CompletableFuture<>();
        context.runOnContext(_ -> {
            Endpoint endpoint = broker.endpoint();
            ProtonClient.create(vertx)
                    .connect(
                            options(),
                            endpoint.host(),
                            endpoint.port(),
                            endpoint.username().orElse(null),
                            endpoint.password().orElse(null),
                            connected -> open(context, connected, opened));
        });
        try {
            return opened.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException stopped) {
            abandon(opened);
            throw stopped;
        } catch (TimeoutException slow) {
            abandon(opened);
            throw new OutputException(
                    Kind.NOT_CONNECTED, "the broker did not answer within " + timeout.toMillis() + " ms");
        } catch (ExecutionException failed) {
            throw failure(failed.getCause());
        }
    }

    /** Ends a connection that is established too late. */
    private static void abandon(CompletableFuture<AmqpSession> opened) {
        var _ = opened.thenAccept(late -> late.abort(new OutputException(Kind.NOT_CONNECTED, "established too late")));
    }

    private ProtonClientOptions options() {
        Endpoint endpoint = broker.endpoint();
        ProtonClientOptions options = new ProtonClientOptions();
        options.setConnectTimeout((int) timeout.toMillis()).setTcpNoDelay(true);
        options.setHeartbeat(HEARTBEAT_MILLIS);
        options.addEnabledSaslMechanism(endpoint.username().isPresent() ? "PLAIN" : "ANONYMOUS");
        if (endpoint.tls()) {
            options.setSsl(true).setHostnameVerificationAlgorithm("HTTPS");
            trust.ifPresent(authorities -> options.setTrustOptions(TrustOptions.wrap(authorities)));
        }
        if (!endpoint.path().isEmpty()) {
            options.setVirtualHost("vhost:" + endpoint.path());
        }
        return options;
    }

    /** Opens a connection. The session is made on its context: the broker may close the connection right after it has opened it. */
    private void open(Context context, AsyncResult<ProtonConnection> connected, CompletableFuture<AmqpSession> opened) {
        if (connected.failed()) {
            opened.completeExceptionally(connected.cause());
            return;
        }
        ProtonConnection connection = connected.result();
        connection.setContainer(RabbitConnector.NAME + "-" + UUID.randomUUID());
        connection.openHandler(answer -> {
            if (answer.failed()) {
                opened.completeExceptionally(answer.cause());
            } else {
                opened.complete(new AmqpSession(context, connection, broker.address(), capacity, time));
            }
        });
        connection.closeHandler(_ -> {
            opened.completeExceptionally(
                    new OutputException(Kind.NOT_CONNECTED, AmqpSession.text(connection.getRemoteCondition())));
            connection.disconnect();
        });
        connection.disconnectHandler(_ -> opened.completeExceptionally(
                new OutputException(Kind.NOT_CONNECTED, "the broker closed the connection")));
        connection.open();
    }

    private static OutputException failure(@Nullable Throwable cause) {
        return switch (cause) {
            case OutputException known -> known;
            case SecurityException _, SaslException _ ->
                new OutputException(Kind.UNAUTHORIZED, "the broker refuses the user name or the password");
            case null, default -> new OutputException(Kind.NOT_CONNECTED, String.valueOf(cause));
        };
    }
}
