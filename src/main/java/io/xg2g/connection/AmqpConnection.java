package io.xg2g.connection;

import io.vertx.core.Context;
import io.vertx.proton.ProtonConnection;
import io.vertx.proton.ProtonLink;
import io.xg2g.connection.ConnectionException.Kind;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Open connection by AMQP 1.0, and its end. Links are used on the context of the connection only. Thread-safe. */
public abstract class AmqpConnection implements Session {
    private static final Duration CLOSE = Duration.ofSeconds(1);

    protected final Context context;
    protected final ProtonConnection connection;
    private final CompletableFuture<ConnectionException> ended = new CompletableFuture<>();

    /**
     * Uses an open connection.
     *
     * @param context of the connection
     */
    protected AmqpConnection(Context context, ProtonConnection connection) {
        this.context = context;
        this.connection = connection;
    }

    /** Ends this session when the connection is closed by the broker, or lost. Called once, by the constructor of a subclass. */
    protected final void watchConnection() {
        connection.closeHandler(_ -> abort(new ConnectionException(
                Kind.CONNECTION_LOST,
                "the broker closed the connection: " + AmqpConnector.text(connection.getRemoteCondition()))));
        connection.disconnectHandler(
                _ -> abort(new ConnectionException(Kind.CONNECTION_LOST, "the connection was closed")));
    }

    /**
     * Returns why the broker has refused or closed a link.
     *
     * @param what beginning of the message
     */
    protected static ConnectionException refused(ProtonLink<?> link, String what) {
        return AmqpConnector.refused(link.getRemoteCondition(), Kind.REFUSED, what);
    }

    /** Called once, on the context, when the connection has ended. */
    protected void disconnected() {}

    @Override
    public final CompletableFuture<ConnectionException> ended() {
        return ended;
    }

    @Override
    public final void abort(ConnectionException why) {
        if (ended.complete(why)) {
            context.runOnContext(_ -> {
                connection.disconnect();
                disconnected();
            });
        }
    }

    @Override
    public final void close() {
        CompletableFuture<@Nullable Void> closed = new CompletableFuture<>();
        context.runOnContext(_ -> {
            connection.closeHandler(_ -> closed.complete(null));
            connection.close();
        });
        try {
            closed.get(CLOSE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException unanswered) {
            // Ended below.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        abort(ConnectionException.programEnds());
    }
}
