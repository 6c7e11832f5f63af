package io.xg2g.cluster;

import io.vertx.core.Context;
import io.vertx.proton.ProtonConnection;
import io.vertx.proton.ProtonLink;
import io.vertx.proton.ProtonReceiver;
import io.vertx.proton.ProtonSender;
import io.xg2g.connection.AmqpConnection;
import io.xg2g.schedule.TimeSource;
import java.util.Map;
import java.util.Optional;
import org.apache.qpid.proton.amqp.Symbol;
import org.apache.qpid.proton.amqp.messaging.Source;
import org.apache.qpid.proton.amqp.messaging.Target;

/** Connection of a member to the broker. It ends as a whole when a link is refused or closed. Thread-safe. */
final class BrokerSession extends AmqpConnection {
    private static final Symbol PRIORITY = Symbol.valueOf("priority");
    private static final Symbol QUEUE = Symbol.valueOf("queue");
    private static final Symbol TOPIC = Symbol.valueOf("topic");

    /** Credit for a topic: announcements of a second. */
    private static final int PREFETCH = 1_000;

    private final long openedAt;

    BrokerSession(Context context, ProtonConnection connection, TimeSource time) {
        super(context, connection);
        openedAt = time.nanoTime();
        watchConnection();
    }

    /** Runs an action on the context of the connection, unless it has ended. */
    void run(Runnable action) {
        if (!ended().isDone()) {
            context.runOnContext(_ -> {
                if (!ended().isDone()) {
                    action.run();
                }
            });
        }
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
                abort(refused(link, "the broker refuses the address " + address));
            }
        });
        link.closeHandler(_ -> abort(refused(link, "the broker refuses the address " + address)));
        link.detachHandler(_ -> abort(refused(link, "the broker refuses the address " + address)));
    }

    @Override
    public Optional<String> blocked() {
        return Optional.empty();
    }

    @Override
    public long answeredAt() {
        return openedAt;
    }
}
