package io.xg2g.output;

import io.vertx.core.Context;
import io.vertx.proton.ProtonConnection;
import io.vertx.proton.ProtonDelivery;
import io.vertx.proton.ProtonSender;
import io.xg2g.connection.AmqpConnection;
import io.xg2g.connection.AmqpConnector;
import io.xg2g.connection.ConnectionException;
import io.xg2g.connection.ConnectionException.Kind;
import io.xg2g.schedule.TimeSource;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.qpid.proton.Proton;
import org.apache.qpid.proton.amqp.Binary;
import org.apache.qpid.proton.amqp.Symbol;
import org.apache.qpid.proton.amqp.messaging.Accepted;
import org.apache.qpid.proton.amqp.messaging.ApplicationProperties;
import org.apache.qpid.proton.amqp.messaging.Data;
import org.apache.qpid.proton.amqp.messaging.Rejected;
import org.apache.qpid.proton.amqp.messaging.Released;
import org.apache.qpid.proton.message.Message;
import org.jspecify.annotations.Nullable;

/**
 * Connection by AMQP 1.0, with one link for each address. A message is accepted when the broker has settled it as accepted. A link
 * sends only while the broker has given it credit; messages wait here, in a bounded number, and are dropped after their deadline.
 *
 * <p>Links are used on the context of the connection only.
 */
final class AmqpSession extends AmqpConnection implements BrokerSession {
    /** After this time without credit a link is taken as blocked. */
    private static final Duration STARVED = Duration.ofSeconds(1);

    /** A refused link is attached again after this time. */
    private static final Duration REFUSED = Duration.ofSeconds(10);

    /** A link without messages for so long is closed when another one is opened: brokers limit the links of a session. */
    private static final Duration IDLE = Duration.ofMinutes(1);

    private record Pending(Publication publication, CompletableFuture<@Nullable Void> result) {}

    /** Link to an address. */
    private final class Link {
        private final ProtonSender sender;
        private final Queue<Pending> waiting = new ArrayDeque<>();

        /** Messages that were sent and are not settled. */
        private final Set<Pending> unsettled = new HashSet<>();

        private @Nullable ConnectionException failure;
        private long failedAt;
        private volatile boolean starved;
        private volatile long starvedSince;
        private long usedAt;

        private Link(String address) {
            sender = connection.createSender(address);
            sender.sendQueueDrainHandler(_ -> flush());
            sender.closeHandler(_ -> detached());
            sender.detachHandler(_ -> detached());
            sender.open();
        }

        private boolean isBlocked() {
            return starved && time.nanoTime() - starvedSince > STARVED.toNanos();
        }

        private boolean isGone() {
            return failure != null && time.nanoTime() - failedAt > REFUSED.toNanos();
        }

        /** Closes the link if it has not been used for long; returns whether it has. */
        private boolean closeIfIdle() {
            boolean idle = waiting.isEmpty() && unsettled.isEmpty() && time.nanoTime() - usedAt > IDLE.toNanos();
            if (idle) {
                sender.closeHandler(null);
                sender.detachHandler(null);
                sender.close();
            }
            return idle;
        }

        private void add(Pending pending) {
            usedAt = time.nanoTime();
            if (failure != null) {
                finish(pending, failure);
            } else if (isBlocked()) {
                finish(pending, new ConnectionException(Kind.BLOCKED, "the broker gives the link no credit"));
            } else {
                waiting.add(pending);
                flush();
            }
        }

        private void flush() {
            // The broker need not ever settle what nobody waits for any more.
            List<Pending> late =
                    unsettled.stream().filter(sent -> sent.result().isDone()).toList();
            late.forEach(unsettled::remove);
            outstanding.addAndGet(-late.size());
            while (!waiting.isEmpty() && (waiting.element().result().isDone() || !sender.sendQueueFull())) {
                Pending next = waiting.remove();
                if (next.result().isDone()) {
                    outstanding.decrementAndGet();
                } else {
                    unsettled.add(next);
                    sender.send(message(next.publication()), delivery -> {
                        if (unsettled.remove(next)) {
                            settled(delivery, next);
                        }
                    });
                }
            }
            boolean empty = waiting.isEmpty();
            if (!empty && !starved) {
                starvedSince = time.nanoTime();
            }
            starved = !empty;
        }

        private void detached() {
            failure = refused(sender, "the broker refuses the address");
            failedAt = time.nanoTime();
            starved = false;
            sender.close();
            fail(failure);
        }

        /** Ends the messages that wait for credit, and those that are not settled, which the broker will not do any more. */
        private void fail(ConnectionException why) {
            List<Pending> all = new ArrayList<>(waiting);
            all.addAll(unsettled);
            waiting.clear();
            unsettled.clear();
            all.forEach(pending -> finish(pending, why));
        }

        private void finish(Pending pending, ConnectionException why) {
            outstanding.decrementAndGet();
            pending.result().completeExceptionally(why);
        }
    }

    private final String addresses;
    private final boolean isRabbit;
    private final int capacity;
    private final TimeSource time;
    private final Map<String, Link> links = new ConcurrentHashMap<>();

    /** Messages that wait for credit, or are not settled. */
    private final AtomicInteger outstanding = new AtomicInteger();

    private volatile long answeredAt;

    /**
     * Uses an open connection.
     *
     * @param context of the connection
     * @param addresses pattern of the addresses
     * @param capacity maximum number of messages that wait for credit or for their answers
     */
    AmqpSession(Context context, ProtonConnection connection, String addresses, int capacity, TimeSource time) {
        super(context, connection);
        this.addresses = addresses;
        this.isRabbit = connection.getRemoteProperties() != null
                && "RabbitMQ".equals(connection.getRemoteProperties().get(Symbol.valueOf("product")));
        this.capacity = capacity;
        this.time = time;
        answeredAt = time.nanoTime();
        watchConnection();
    }

    @Override
    public void publish(Publication publication, CompletableFuture<@Nullable Void> result) throws ConnectionException {
        if (outstanding.incrementAndGet() > capacity) {
            outstanding.decrementAndGet();
            // Messages of a link without credit, or that the broker does not settle, take their places no longer than
            // their time.
            context.runOnContext(_ -> links.values().forEach(Link::flush));
            throw new ConnectionException(Kind.BACKLOG, "too many messages wait for their answers");
        }
        context.runOnContext(_ -> {
            if (ended().isDone()) {
                outstanding.decrementAndGet();
                result.completeExceptionally(lost());
            } else {
                link(publication).add(new Pending(publication, result));
            }
        });
    }

    private Link link(Publication publication) {
        String address = address(publication);
        Link known = links.get(address);
        if (known == null || known.isGone()) {
            links.values().removeIf(Link::closeIfIdle);
            known = new Link(address);
            links.put(address, known);
        }
        return known;
    }

    private String address(Publication publication) {
        return addresses.replace("{exchange}", publication.exchange()).replace("{key}", publication.key());
    }

    private Message message(Publication publication) {
        Message message = Proton.message();
        message.setAddress(address(publication));
        message.setBody(new Data(new Binary(publication.body().get())));
        message.setContentType(publication.contentType());
        message.setSubject(publication.type());
        message.setMessageId(publication.id());
        message.setCreationTime(publication.time().toEpochMilli());
        message.setApplicationProperties(new ApplicationProperties(new HashMap<>(publication.headers())));
        return message;
    }

    private void settled(ProtonDelivery delivery, Pending pending) {
        answeredAt = time.nanoTime();
        outstanding.decrementAndGet();
        CompletableFuture<@Nullable Void> result = pending.result();
        switch (delivery.getRemoteState()) {
            case Accepted _ -> result.complete(null);
            // It has no queue for the message: dropped, as with AMQP 0-9-1.
            case Released _ when isRabbit -> result.complete(null);
            case Rejected rejected ->
                result.completeExceptionally(new ConnectionException(
                        Kind.REFUSED, "the broker rejects: " + AmqpConnector.text(rejected.getError())));
            case null, default ->
                result.completeExceptionally(new ConnectionException(
                        Kind.REFUSED, "the broker does not accept: " + delivery.getRemoteState()));
        }
    }

    @Override
    public Optional<String> blocked() {
        return links.values().stream().anyMatch(Link::isBlocked)
                ? Optional.of("no credit for a link")
                : Optional.empty();
    }

    @Override
    public long answeredAt() {
        return answeredAt;
    }

    @Override
    protected void disconnected() {
        links.values().forEach(link -> link.fail(lost()));
    }

    private static ConnectionException lost() {
        return new ConnectionException(Kind.CONNECTION_LOST, "the connection ended before the answer");
    }
}
