package io.xg2g.connection;

import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.net.TrustOptions;
import io.vertx.proton.ProtonClient;
import io.vertx.proton.ProtonClientOptions;
import io.vertx.proton.ProtonConnection;
import io.xg2g.connection.ConnectionException.Kind;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.security.sasl.SaslException;
import org.apache.qpid.proton.amqp.transport.AmqpError;
import org.apache.qpid.proton.amqp.transport.ErrorCondition;
import org.jspecify.annotations.Nullable;

/**
 * Connects to a broker by AMQP 1.0.
 *
 * @param <S> kind of session
 */
public final class AmqpConnector<S extends Session> implements ConnectionKeeper.Connector<S> {
    /** Of the peer's silence after which the connection is closed, the half: proton sends and expects frames twice as often. */
    private static final Duration HEARTBEAT = Duration.ofSeconds(10);

    /** Heartbeats without a byte after which a connection is closed that proton does not watch: it is not open yet, or cannot be closed. */
    private static final int IDLE_HEARTBEATS = 3;

    /**
     * Makes the session of a connection that has just been opened.
     *
     * @param <S> kind of session
     */
    public interface SessionFactory<S extends Session> {
        /** Makes it, on the context of the connection. */
        S create(Context context, ProtonConnection connection);
    }

    private final Vertx vertx;
    private final ConnectionSettings settings;
    private final String container;
    private final SessionFactory<? extends S> sessions;
    private final Duration heartbeat;

    /**
     * Creates one.
     *
     * @param container beginning of the name by which the broker knows each connection; the rest is random
     */
    public AmqpConnector(
            Vertx vertx, ConnectionSettings settings, String container, SessionFactory<? extends S> sessions) {
        this(vertx, settings, container, sessions, HEARTBEAT);
    }

    AmqpConnector(
            Vertx vertx,
            ConnectionSettings settings,
            String container,
            SessionFactory<? extends S> sessions,
            Duration heartbeat) {
        this.vertx = vertx;
        this.settings = settings;
        this.container = container;
        this.sessions = sessions;
        this.heartbeat = heartbeat;
    }

    /** Returns an AMQP error as text. */
    public static String text(@Nullable ErrorCondition condition) {
        return condition == null || condition.getCondition() == null
                ? "no reason given"
                : condition.getCondition() + " "
                        + (condition.getDescription() == null ? "" : condition.getDescription());
    }

    /**
     * Returns the failure of a connection or a link that the broker does not open, or closes.
     *
     * @param kind of failure, unless a permission is missing
     * @param what beginning of the message
     */
    static ConnectionException refused(@Nullable ErrorCondition condition, Kind kind, String what) {
        boolean denied = condition != null && AmqpError.UNAUTHORIZED_ACCESS.equals(condition.getCondition());
        return new ConnectionException(denied ? Kind.UNAUTHORIZED : kind, what + ": " + text(condition));
    }

    @Override
    public S connect() throws ConnectionException, InterruptedException {
        Context context = vertx.getOrCreateContext();
        CompletableFuture<S> opened = new CompletableFuture<>();
        context.runOnContext(_ -> {
            Endpoint endpoint = settings.endpoint();
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
            return opened.get(settings.timeout().toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException stopped) {
            abandon(opened);
            throw stopped;
        } catch (TimeoutException slow) {
            abandon(opened);
            throw new ConnectionException(
                    Kind.NOT_CONNECTED,
                    "the broker did not answer within " + settings.timeout().toMillis() + " ms");
        } catch (ExecutionException failed) {
            throw failure(failed.getCause());
        }
    }

    /** Ends a connection that is established too late. */
    private void abandon(CompletableFuture<S> opened) {
        var _ = opened.thenAccept(
                late -> late.abort(new ConnectionException(Kind.NOT_CONNECTED, "established too late")));
    }

    private ProtonClientOptions options() {
        Endpoint endpoint = settings.endpoint();
        ProtonClientOptions options = new ProtonClientOptions();
        options.setConnectTimeout((int) settings.timeout().toMillis()).setTcpNoDelay(true);
        int millis = Math.toIntExact(heartbeat.toMillis());
        options.setHeartbeat(millis).setIdleTimeout(IDLE_HEARTBEATS * millis).setIdleTimeoutUnit(TimeUnit.MILLISECONDS);
        options.addEnabledSaslMechanism(endpoint.username().isPresent() ? "PLAIN" : "ANONYMOUS");
        if (endpoint.tls()) {
            options.setSsl(true).setHostnameVerificationAlgorithm("HTTPS");
            settings.trust().ifPresent(authorities -> options.setTrustOptions(TrustOptions.wrap(authorities)));
        }
        if (!endpoint.path().isEmpty()) {
            options.setVirtualHost("vhost:" + endpoint.path());
        }
        return options;
    }

    /** Opens a connection. The session is made on its context: the broker may close the connection right after it has opened it. */
    private void open(Context context, AsyncResult<ProtonConnection> connected, CompletableFuture<S> opened) {
        if (connected.failed()) {
            opened.completeExceptionally(connected.cause());
            return;
        }
        ProtonConnection connection = connected.result();
        connection.setContainer(container + "-" + UUID.randomUUID());
        connection.openHandler(answer -> {
            if (answer.failed()) {
                opened.completeExceptionally(refused(
                        connection.getRemoteCondition(), Kind.NOT_CONNECTED, "the broker refuses the connection"));
            } else {
                opened.complete(sessions.create(context, connection));
            }
        });
        connection.closeHandler(_ -> {
            opened.completeExceptionally(
                    new ConnectionException(Kind.NOT_CONNECTED, text(connection.getRemoteCondition())));
            connection.disconnect();
        });
        connection.disconnectHandler(_ -> opened.completeExceptionally(
                new ConnectionException(Kind.NOT_CONNECTED, "the broker closed the connection")));
        connection.open();
    }

    private static ConnectionException failure(@Nullable Throwable cause) {
        return switch (cause) {
            case ConnectionException known -> known;
            case SecurityException _, SaslException _ ->
                new ConnectionException(Kind.UNAUTHORIZED, "the broker refuses the user name or the password");
            case null, default -> new ConnectionException(Kind.NOT_CONNECTED, ConnectionException.reason(cause));
        };
    }
}
