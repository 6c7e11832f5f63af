package io.xg2g.connection;

import io.vertx.core.AsyncResult;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;
import io.xg2g.connection.ConnectionException.Kind;
import io.xg2g.schedule.TimeSource;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Connection to Redis. Commands are pipelined: each is sent at once, and they are answered in their order. */
public final class RedisSession implements Session {
    /** Calls beyond the capacity for what must not be refused because of the others. */
    static final int RESERVED = 1_000;

    /** Errors of a replica, which are within that of a script before Redis 7. */
    private static final Pattern REPLICA = Pattern.compile("\\b(?:READONLY|MASTERDOWN) ");

    private static final String CLOSED = "the server closed the connection";

    private final Redis client;
    private final RedisConnection connection;
    private final int capacity;
    private final TimeSource time;
    private final AtomicInteger outstanding = new AtomicInteger();
    private final CompletableFuture<ConnectionException> ended = new CompletableFuture<>();
    private volatile long answeredAt;

    /**
     * Uses an open connection.
     *
     * @param client of the connection, closed with it
     * @param capacity maximum number of unanswered calls, without {@linkplain #sendReserved reserved} ones
     */
    RedisSession(Redis client, RedisConnection connection, int capacity, TimeSource time) {
        this.client = client;
        this.connection = connection;
        this.capacity = capacity;
        this.time = time;
        answeredAt = time.nanoTime();
        connection.exceptionHandler(failure -> abort(lost(ConnectionException.reason(failure))));
        connection.endHandler(_ -> abort(lost(CLOSED)));
    }

    private static ConnectionException lost(String why) {
        return new ConnectionException(Kind.CONNECTION_LOST, why);
    }

    /**
     * Sends commands one behind the other; does not block.
     *
     * @param result completed when all have succeeded, or one has failed
     * @throws ConnectionException if as many calls as the capacity are unanswered
     */
    public void send(List<Request> commands, CompletableFuture<@Nullable Void> result) throws ConnectionException {
        if (outstanding.incrementAndGet() > capacity) {
            outstanding.decrementAndGet();
            throw new ConnectionException(Kind.BACKLOG, "too many commands wait for their answers");
        }
        connection.batch(commands).onComplete(answer -> answered(answer, result, () -> result.complete(null)));
    }

    /**
     * Sends a command; does not block.
     *
     * @return the answer, {@code null} for none of that name; or a {@link ConnectionException}
     */
    public CompletableFuture<@Nullable Response> send(Request command) {
        return send(command, capacity);
    }

    /**
     * Sends a command for which {@value #RESERVED} calls beyond the capacity are reserved; does not block.
     *
     * @return as {@link #send(Request)}
     */
    public CompletableFuture<@Nullable Response> sendReserved(Request command) {
        return send(command, capacity + RESERVED);
    }

    private CompletableFuture<@Nullable Response> send(Request command, int limit) {
        CompletableFuture<@Nullable Response> result = new CompletableFuture<>();
        if (outstanding.incrementAndGet() > limit) {
            outstanding.decrementAndGet();
            result.completeExceptionally(
                    new ConnectionException(Kind.BACKLOG, "too many commands wait for their answers"));
            return result;
        }
        connection.send(command).onComplete(answer -> answered(answer, result, () -> result.complete(answer.result())));
        return result;
    }

    private void answered(AsyncResult<?> answer, CompletableFuture<?> result, Runnable complete) {
        outstanding.decrementAndGet();
        if (answer.succeeded() || isAnswer(answer.cause())) {
            answeredAt = time.nanoTime();
        }
        if (answer.succeeded()) {
            complete.run();
        } else {
            result.completeExceptionally(failure(answer.cause()));
            if (answer.cause() instanceof ErrorType error
                    && REPLICA.matcher(error.toString()).find()) {
                // After a failover; the address may be that of another server now.
                abort(lost("the server has become a replica"));
            }
        }
    }

    /**
     * Sends a command, and waits for its answer.
     *
     * @throws ConnectionException if it fails, or is not answered in time
     */
    @Nullable
    public Response call(Request command, Duration timeout) throws ConnectionException, InterruptedException {
        return await(connection.send(command).toCompletionStage().toCompletableFuture(), timeout);
    }

    /** Waits for an answer. */
    static <T extends @Nullable Object> T await(CompletableFuture<T> answer, Duration timeout)
            throws ConnectionException, InterruptedException {
        try {
            return answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException slow) {
            throw new ConnectionException(Kind.NOT_CONNECTED, "no answer within " + timeout.toMillis() + " ms");
        } catch (ExecutionException failed) {
            throw failure(failed.getCause());
        }
    }

    private static ConnectionException failure(@Nullable Throwable cause) {
        String message = cause == null ? "" : String.valueOf(cause.getMessage());
        if (!isAnswer(cause)) {
            return lost(cause instanceof ErrorType ? CLOSED : ConnectionException.reason(cause));
        }
        boolean denied = message.matches("(?s)(NOAUTH|WRONGPASS|NOPERM|ERR invalid password|ERR AUTH).*");
        return new ConnectionException(denied ? Kind.UNAUTHORIZED : Kind.REFUSED, "Redis answers: " + message);
    }

    /** Returns whether the server has answered with an error. The client has one of its own for calls of a closed connection. */
    private static boolean isAnswer(@Nullable Throwable failure) {
        return failure instanceof ErrorType error && !error.is("CONNECTION_CLOSED");
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
        return answeredAt;
    }

    @Override
    public void abort(ConnectionException why) {
        if (ended.complete(why)) {
            client.close();
        }
    }

    @Override
    public void close() {
        abort(ConnectionException.programEnds());
    }
}
