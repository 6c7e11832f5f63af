package io.xg2g.output;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Address;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.Method;
import com.rabbitmq.client.PossibleAuthenticationFailureException;
import com.rabbitmq.client.ShutdownSignalException;
import com.rabbitmq.client.SocketConfigurators;
import com.rabbitmq.client.impl.ForgivingExceptionHandler;
import io.xg2g.connection.ConnectionException;
import io.xg2g.connection.ConnectionException.Kind;
import io.xg2g.connection.ConnectionKeeper;
import io.xg2g.connection.Endpoint;
import io.xg2g.schedule.TimeSource;
import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Connects to RabbitMQ by AMQP 0-9-1. The client's own recovery is off: connections are established by {@link ConnectionKeeper}. */
final class RabbitConnector implements ConnectionKeeper.Connector<BrokerSession> {
    /** Name of the program in connections and messages. */
    static final String NAME = "xg2g-gpu";

    private static final Logger LOG = Logger.getLogger(RabbitConnector.class);
    private static final int HEARTBEAT_SECONDS = 10;
    private static final int ACCESS_REFUSED = 403;
    private static final int NOT_ALLOWED = 530;

    /** Logs at debug: {@link ConnectionKeeper} logs why a connection has ended. */
    private static final class Quiet extends ForgivingExceptionHandler {
        @Override
        protected void log(String message, Throwable failure) {
            LOG.debugf(failure, "RabbitMQ client: %s", message);
        }
    }

    private final OutputSettings.Broker broker;
    private final Optional<TrustManager> trust;
    private final Duration timeout;
    private final int capacity;
    private final TimeSource time;

    RabbitConnector(OutputSettings.Broker broker, OutputSettings settings, TimeSource time) {
        this.broker = broker;
        this.trust = settings.connection(broker.endpoint()).trust();
        this.timeout = settings.timeout();
        this.capacity = settings.inFlight();
        this.time = time;
    }

    @Override
    public BrokerSession connect() throws ConnectionException {
        AtomicReference<@Nullable Socket> opened = new AtomicReference<>();
        try {
            ConnectionFactory factory = factory(opened);
            Endpoint endpoint = broker.endpoint();
            Connection connection = factory.newConnection(List.of(new Address(endpoint.host(), endpoint.port())), NAME);
            Socket socket = opened.get();
            if (socket == null) {
                throw new IOException("the client opened no socket");
            }
            return RabbitSession.on(connection, socket, broker.exchanges(), capacity, time);
        } catch (IOException | TimeoutException | GeneralSecurityException | ShutdownSignalException failed) {
            Socket socket = opened.get();
            if (socket != null) {
                close(socket);
            }
            throw failure(failed);
        }
    }

    private ConnectionFactory factory(AtomicReference<@Nullable Socket> opened) throws GeneralSecurityException {
        int millis = (int) timeout.toMillis();
        Endpoint endpoint = broker.endpoint();
        ConnectionFactory factory = new ConnectionFactory();
        factory.setAutomaticRecoveryEnabled(false);
        factory.setTopologyRecoveryEnabled(false);
        factory.setConnectionTimeout(millis);
        factory.setHandshakeTimeout(millis);
        factory.setChannelRpcTimeout(millis);
        factory.setShutdownTimeout(millis);
        factory.setRequestedHeartbeat(HEARTBEAT_SECONDS);
        factory.setThreadFactory(
                Thread.ofPlatform().daemon().name("rabbitmq-", 0).factory());
        endpoint.username().ifPresent(factory::setUsername);
        endpoint.password().ifPresent(factory::setPassword);
        factory.setVirtualHost(endpoint.path().isEmpty() ? "/" : endpoint.path());
        if (endpoint.tls()) {
            factory.useSslProtocol(context());
            factory.enableHostnameVerification();
        }
        factory.setExceptionHandler(new Quiet());
        factory.setSocketConfigurator(SocketConfigurators.defaultConfigurator().andThen(opened::set));
        return factory;
    }

    private SSLContext context() throws GeneralSecurityException {
        if (trust.isEmpty()) {
            return SSLContext.getDefault();
        }
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {trust.get()}, null);
        return context;
    }

    private ConnectionException failure(Exception failed) {
        int code = replyCode(failed);
        if (failed instanceof PossibleAuthenticationFailureException) {
            return new ConnectionException(Kind.UNAUTHORIZED, "the broker refuses the user name or the password");
        }
        if (code == ACCESS_REFUSED || code == NOT_ALLOWED) {
            return new ConnectionException(Kind.UNAUTHORIZED, "the broker refuses the user: " + reason(failed));
        }
        return new ConnectionException(Kind.NOT_CONNECTED, reason(failed));
    }

    /** Returns the code with which the broker closed the channel or the connection; 0 if it did not. */
    static int replyCode(Throwable failure) {
        Method method = method(failure);
        return switch (method) {
            case AMQP.Connection.Close close -> close.getReplyCode();
            case AMQP.Channel.Close close -> close.getReplyCode();
            case null, default -> 0;
        };
    }

    /** Returns what the broker said when it closed the channel or the connection, or else the message of the exception. */
    static String reason(Throwable failure) {
        return switch (method(failure)) {
            case AMQP.Connection.Close close -> close.getReplyText();
            case AMQP.Channel.Close close -> close.getReplyText();
            case null, default -> ConnectionException.reason(root(failure));
        };
    }

    private static @Nullable Method method(Throwable failure) {
        return root(failure) instanceof ShutdownSignalException signal ? signal.getReason() : null;
    }

    private static Throwable root(Throwable failure) {
        Throwable cause = failure;
        while (!(cause instanceof ShutdownSignalException signal && signal.getReason() != null)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    /** Closes a socket without waiting for a thread that writes to it. */
    static void close(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException closed) {
            // It is closed then.
        }
    }
}
