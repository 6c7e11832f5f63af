package io.xg2g.cluster;

import io.vertx.core.Vertx;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.xg2g.connection.ConnectionException;
import io.xg2g.connection.ConnectionKeeper;
import io.xg2g.connection.RedisConnector;
import io.xg2g.connection.RedisSession;
import io.xg2g.schedule.TimeSource;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Connection of a gateway to the Redis that all gateways share. Established again after each failure; nothing is connected by
 * programs with other roles. Thread-safe.
 */
@Singleton
public class SharedRedis {
    /** Parts that exist in a gateway. */
    private record Parts(ConnectionKeeper<RedisSession> keeper, String prefix, Duration timeout) {}

    private final Optional<Parts> parts;
    private final TimeSource time;
    private final List<Runnable> whenConnected = new CopyOnWriteArrayList<>();

    @Inject
    SharedRedis(ClusterSettings settings, Vertx vertx) {
        this(
                settings.role() == Role.GATEWAY
                        ? settings.shared().flatMap(ClusterSettings.Shared::redis)
                        : Optional.empty(),
                vertx,
                TimeSource.SYSTEM);
    }

    /** Creates one; empty settings for a program without Redis. */
    SharedRedis(Optional<ClusterSettings.Redis> settings, Vertx vertx, TimeSource time) {
        this.time = time;
        parts = settings.map(redis -> new Parts(
                new ConnectionKeeper<>(
                        "redis " + redis.connection().endpoint(),
                        new RedisConnector(vertx, redis.connection(), time),
                        time,
                        ClusterSettings.RECONNECT),
                redis.prefix(),
                redis.connection().timeout()));
    }

    /** Returns whether this program is a gateway. */
    public boolean isUsed() {
        return parts.isPresent();
    }

    /** Returns a key of this cluster: its prefix and the rest. */
    public String key(String rest) {
        return known().prefix() + rest;
    }

    /** Adds what is called after each connection was established; it must not block. */
    public void onConnected(Runnable action) {
        whenConnected.add(action);
    }

    /** Begins to connect, if this program is a gateway. */
    void start() {
        parts.ifPresent(known -> known.keeper().start(() -> whenConnected.forEach(Runnable::run)));
    }

    /**
     * Sends a command; does not block.
     *
     * @return the answer; or a {@link ConnectionException}: without a connection, after the connection has ended, or after the time
     *     limit of 2 s
     */
    public CompletableFuture<@Nullable Response> send(Request command) {
        return send(command, RedisSession::send);
    }

    /**
     * Sends a command that is not refused because the requests of clients have too many unanswered ones; does not block. For what
     * keeps this gateway in the cluster.
     *
     * @return as {@link #send(Request)}
     */
    CompletableFuture<@Nullable Response> sendReserved(Request command) {
        return send(command, RedisSession::sendReserved);
    }

    private CompletableFuture<@Nullable Response> send(
            Request command, BiFunction<RedisSession, Request, CompletableFuture<@Nullable Response>> sending) {
        Parts known = known();
        try {
            RedisSession session = known.keeper().session();
            long began = time.nanoTime();
            CompletableFuture<@Nullable Response> answer = sending.apply(session, command);
            Runnable cancel = time.schedule(known.timeout(), () -> {
                if (answer.completeExceptionally(new ConnectionException(
                        ConnectionException.Kind.TIMEOUT,
                        "Redis did not answer within " + known.timeout().toMillis() + " ms"))) {
                    known.keeper().unanswered(session, began);
                }
            });
            var _ = answer.whenComplete((_, _) -> cancel.run());
            return answer;
        } catch (ConnectionException notConnected) {
            return CompletableFuture.failedFuture(notConnected);
        }
    }

    /**
     * Sends a command, and waits for its answer, for 2 s at most. Not for an event loop.
     *
     * @throws ConnectionException as {@link #send}
     */
    public @Nullable Response call(Request command) throws ConnectionException, InterruptedException {
        return await(send(command));
    }

    /** Waits for an answer that has its own time limit. */
    static <T extends @Nullable Object> T await(CompletableFuture<T> answer)
            throws ConnectionException, InterruptedException {
        try {
            return answer.get(1, TimeUnit.MINUTES);
        } catch (ExecutionException failed) {
            throw failure(failed);
        } catch (TimeoutException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** Returns the failure of an answer. */
    static ConnectionException failure(Throwable failed) {
        return switch (failed) {
            case ConnectionException known -> known;
            case ExecutionException wrapped when wrapped.getCause() != null -> failure(wrapped.getCause());
            case CompletionException wrapped when wrapped.getCause() != null -> failure(wrapped.getCause());
            default -> new ConnectionException(ConnectionException.Kind.CONNECTION_LOST, String.valueOf(failed));
        };
    }

    /** Returns the state of the connection; empty if this program is no gateway. */
    public Optional<ConnectionKeeper.State> state() {
        return parts.map(known -> known.keeper().state());
    }

    private Parts known() {
        return parts.orElseThrow(() -> new IllegalStateException("only a gateway (xg2g.role) uses Redis"));
    }

    @PreDestroy
    void close() {
        parts.ifPresent(known -> known.keeper().close());
    }
}
