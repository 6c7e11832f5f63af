package io.xg2g.cluster;

import io.vertx.core.Context;
import io.vertx.proton.ProtonConnection;
import io.vertx.proton.ProtonLink;
import io.vertx.proton.ProtonReceiver;
import io.vertx.proton.ProtonSender;
import io.xg2g.connection.AmqpConnector;
import io.xg2g.connection.ConnectionException;
import io.xg2g.connection.ConnectionException.Kind;
import io.xg2g.connection.Session;
import io.xg2g.schedule.TimeSource;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.qpid.proton.amqp.Symbol;
import org.apache.qpid.proton.amqp.messaging.Source;
import org.apache.qpid.proton.amqp.messaging.Target;
import org.apache.qpid.proton.amqp.transport.ErrorCondition;
import org.jspecify.annotations.Nullable;

/** Connection of a member to the broker. It ends as a whole when a link is refused or closed. Thread-safe. */
final class BrokerSession implements Session {
    private static final Duration CLOSE = Duration.ofSeconds(1);
    private static final Symbol PRIORITY = Symbol.valueOf("priority");
    private static final Symbol QUEUE = Symbol.valueOf("queue");
    private static final Symbol TOPIC = Symbol.valueOf("topic");

    /** Credit for a topic: announcements of a second. */
    private static final int PREFETCH = 1_000;

    private final Context context;
    private final ProtonConnection connection;
    private final CompletableFuture<ConnectionException> ended = new CompletableFuture<>();
    private final long openedAt;

    BrokerSession(Context context, ProtonConnection connection, TimeSource time) {
        this.context = context;
        this.connection = connection;
        openedAt = time.nanoTime();
        connection.closeHandler(_ -> abort(lost("the broker closed the connection", connection.getRemoteCondition())));
        connection.disconnectHandler(_ -> abort(lost("the connection was closed", null)));
    }

    private static ConnectionException lost(String what, @Nullable ErrorCondition why) {
        return new ConnectionException(Kind.CONNECTION_LOST, what + ": " + AmqpConnector.text(why));
    }

    /** Runs an action on the context of the connection, unless it has ended. */
    void run(Runnable action) {
        context.runOnContext(_ -> {
            if (!ended.isDone()) {
                action.run();
            }
        });
    }

    /** Returns an unopened link to a queue, each message of which goes to one receiver; on the context. */
    ProtonSender toQueue(String address) {
        return sender(address, QUEUE);
    }

    /** Returns an unopened link to a topic, each message of which goes to all receivers; on the context. */
    ProtonSender toTopic(String address) {
        return sender(address, TOPIC);
    }

    /**
     * Returns an unopened link from a queue, without credit; on the context.
     *
     * @param priority receivers with a lower one get nothing while one with a higher one has credit
     */
    ProtonReceiver fromQueue(String address, int priority) {
        ProtonReceiver receiver = receiver(address, QUEUE);
        receiver.setProperties(Map.of(PRIORITY, priority));
        return receiver.setPrefetch(0).setAutoAccept(false);
    }

    /** Returns an unopened link from a topic; on the context. */
    ProtonReceiver fromTopic(String address) {
        return receiver(address, TOPIC).setPrefetch(PREFETCH);
    }

    private ProtonSender sender(String address, Symbol kind) {
        ProtonSender sender = connection.createSender(address);
        ((Target) sender.getTarget()).setCapabilities(kind);
        watch(sender, address);
        return sender;
    }

    private ProtonReceiver receiver(String address, Symbol kind) {
        ProtonReceiver receiver = connection.createReceiver(address);
        ((Source) receiver.getSource()).setCapabilities(kind);
        watch(receiver, address);
        return receiver;
    }

    private <L extends ProtonLink<L>> void watch(L link, String address) {
        link.openHandler(opened -> {
            if (opened.failed()) {
                abort(refused(link, address));
            }
        });
        link.closeHandler(_ -> abort(refused(link, address)));
        link.detachHandler(_ -> abort(refused(link, address)));
    }

    private static ConnectionException refused(ProtonLink<?> link, String address) {
        ErrorCondition condition = link.getRemoteCondition();
        boolean denied = condition != null
                && String.valueOf(condition.getCondition()).contains("unauthorized");
        return new ConnectionException(
                denied ? Kind.UNAUTHORIZED : Kind.REFUSED,
                "the broker refuses the address " + address + ": " + AmqpConnector.text(condition));
    }

    @Override
    public CompletableFuture<ConnectionException> ended() {
        return ended;
    }

    @Override
    public Optional<String> blocked() {
        return Optional.empty();
    }

    @Override
    public long answeredAt() {
        return openedAt;
    }

    @Override
    public void abort(ConnectionException why) {
        if (ended.complete(why)) {
            context.runOnContext(_ -> connection.disconnect());
        }
    }

    @Override
    public void close() {
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
        abort(new ConnectionException(Kind.NOT_CONNECTED, "the program ends"));
    }
}
