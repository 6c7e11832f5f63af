package io.xg2g.output;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.BuiltinExchangeType;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.MessageProperties;
import com.rabbitmq.client.ShutdownSignalException;
import io.xg2g.connection.ConnectionException;
import io.xg2g.connection.ConnectionException.Kind;
import io.xg2g.schedule.TimeSource;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Connection to RabbitMQ by AMQP 0-9-1, with publisher confirms: a message is accepted when the broker has confirmed it.
 *
 * <p>A write to a blocked or half-open connection blocks. So one thread of its own writes, from a bounded queue, and
 * {@link #abort} closes the socket under it: orderly closing would wait for the same write.
 */
final class RabbitSession implements BrokerSession {
    private static final Duration CLOSE = Duration.ofSeconds(1);
    private static final int NOT_FOUND = 404;

    private record Pending(Publication publication, CompletableFuture<@Nullable Void> result) {}

    private final Connection connection;
    private final Channel channel;
    private final Socket socket;
    private final TimeSource time;
    private final BlockingQueue<Pending> queue;
    private final ConcurrentNavigableMap<Long, CompletableFuture<@Nullable Void>> unconfirmed =
            new ConcurrentSkipListMap<>();
    private final CompletableFuture<ConnectionException> ended = new CompletableFuture<>();
    private final Thread writer = Thread.ofVirtual().name("rabbitmq-writer").unstarted(this::write);

    private volatile @Nullable String alarm;
    private volatile long answeredAt;

    private RabbitSession(Connection connection, Channel channel, Socket socket, TimeSource time, int capacity) {
        this.connection = connection;
        this.channel = channel;
        this.socket = socket;
        this.time = time;
        queue = new ArrayBlockingQueue<>(capacity);
        answeredAt = time.nanoTime();
    }

    /**
     * Uses an open connection. Declares the exchanges that do not exist.
     *
     * @param socket of the connection
     * @param capacity maximum number of messages that wait to be written
     * @throws IOException if the broker refuses something; the connection is left to the caller
     */
    static RabbitSession on(
            Connection connection, Socket socket, OutputSettings.Exchanges exchanges, int capacity, TimeSource time)
            throws IOException, TimeoutException {
        for (String exchange : List.of(exchanges.frames(), exchanges.metadata(), exchanges.status())) {
            declare(connection, exchange);
        }
        Channel channel = connection.createChannel();
        if (channel == null) {
            throw new IOException("the broker permits no channel");
        }
        channel.confirmSelect();
        RabbitSession session = new RabbitSession(connection, channel, socket, time, capacity);
        session.listen();
        session.writer.start();
        return session;
    }

    /** Looks first: a user without the permission to configure may use what exists. */
    private static void declare(Connection connection, String exchange) throws IOException, TimeoutException {
        try (Channel channel = connection.createChannel()) {
            channel.exchangeDeclarePassive(exchange);
            return;
        } catch (IOException refused) {
            if (RabbitConnector.replyCode(refused) != NOT_FOUND) {
                throw refused;
            }
        } catch (AlreadyClosedException alreadyClosed) {
            // The broker closes a channel on which something is missing.
        }
        try (Channel channel = connection.createChannel()) {
            channel.exchangeDeclare(exchange, BuiltinExchangeType.TOPIC, true);
        }
    }

    private void listen() {
        channel.addConfirmListener(
                (number, multiple) -> confirmed(number, multiple, null),
                (number, multiple) -> confirmed(
                        number,
                        multiple,
                        new ConnectionException(Kind.REFUSED, "the broker could not store the message")));
        connection.addBlockedListener(reason -> alarm = reason, () -> alarm = null);
        connection.addShutdownListener(this::shutDown);
        channel.addShutdownListener(this::shutDown);
    }

    private void shutDown(ShutdownSignalException cause) {
        abort(new ConnectionException(Kind.CONNECTION_LOST, RabbitConnector.reason(cause)));
    }

    private void confirmed(long number, boolean multiple, @Nullable ConnectionException failure) {
        answeredAt = time.nanoTime();
        if (multiple) {
            unconfirmed.headMap(number, true).keySet().forEach(each -> complete(unconfirmed.remove(each), failure));
        } else {
            complete(unconfirmed.remove(number), failure);
        }
    }

    private static void complete(
            @Nullable CompletableFuture<@Nullable Void> result, @Nullable ConnectionException failure) {
        if (result != null && failure == null) {
            result.complete(null);
        } else if (result != null) {
            result.completeExceptionally(failure);
        }
    }

    @Override
    public void publish(Publication publication, CompletableFuture<@Nullable Void> result) throws ConnectionException {
        String blocking = alarm;
        if (blocking != null) {
            throw new ConnectionException(Kind.BLOCKED, "the broker has blocked the connection: " + blocking);
        }
        if (!queue.offer(new Pending(publication, result))) {
            throw new ConnectionException(Kind.BACKLOG, "too many messages wait to be written");
        }
        if (ended.isDone()) {
            failAll();
        }
    }

    private void write() {
        try {
            while (true) {
                Pending next = queue.take();
                if (!next.result().isDone()) {
                    long number = channel.getNextPublishSeqNo();
                    unconfirmed.put(number, next.result());
                    Publication publication = next.publication();
                    channel.basicPublish(
                            publication.exchange(),
                            publication.key(),
                            properties(publication),
                            publication.body().get());
                }
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } catch (IOException | ShutdownSignalException lost) {
            abort(new ConnectionException(Kind.CONNECTION_LOST, RabbitConnector.reason(lost)));
        } finally {
            failAll();
        }
    }

    private static AMQP.BasicProperties properties(Publication publication) {
        return MessageProperties.MINIMAL_BASIC
                .builder()
                .contentType(publication.contentType())
                .type(publication.type())
                .messageId(publication.id())
                .timestamp(Date.from(publication.time()))
                .appId(RabbitConnector.NAME)
                .headers(publication.headers())
                .build();
    }

    @Override
    public CompletableFuture<ConnectionException> ended() {
        return ended;
    }

    @Override
    public Optional<String> blocked() {
        return Optional.ofNullable(alarm);
    }

    @Override
    public long answeredAt() {
        return answeredAt;
    }

    @Override
    public void abort(ConnectionException why) {
        if (ended.complete(why)) {
            writer.interrupt();
            RabbitConnector.close(socket);
            failAll();
        }
    }

    @Override
    public void close() {
        Thread orderly =
                Thread.ofVirtual().name("rabbitmq-close").start(() -> connection.abort((int) CLOSE.toMillis()));
        try {
            orderly.join(CLOSE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        abort(ConnectionException.programEnds());
    }

    /** After the end nothing is confirmed any more. */
    private void failAll() {
        if (ended.isDone()) {
            ConnectionException lost =
                    new ConnectionException(Kind.CONNECTION_LOST, "the connection ended before the answer");
            List<Pending> unsent = new ArrayList<>();
            queue.drainTo(unsent);
            unsent.forEach(pending -> pending.result().completeExceptionally(lost));
            unconfirmed.values().forEach(result -> result.completeExceptionally(lost));
            unconfirmed.clear();
        }
    }
}
