package io.xg2g.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Output stream of an endless response body with backpressure: one chunk is in flight at a time, and the next one is
 * written when the socket has taken it. A client that does not read occupies the memory of one chunk, and is
 * disconnected after a while.
 *
 * <p>{@link HttpServerResponse#writeQueueFull} is not sufficient: it is true only after the event loop has processed
 * what was written, so that writers on other threads would continue while the event loop is busy. For use by one
 * thread, which is not an event loop.
 */
public final class FlowControlledOutput extends OutputStream {
    /** Bytes in flight. */
    private static final int PIECE = 32 * 1024;

    /** A client that takes no chunk for this long is disconnected. */
    private static final Duration WRITE_TIMEOUT = Duration.ofSeconds(30);

    /** Time from a failure to the end of its response, which the event loop reports at once. */
    private static final long END_MILLIS = 1_000;

    private final OutputStream head;
    private final HttpServerResponse response;
    private final Duration timeout;
    private final Runnable abort;
    private final Runnable awaitEnd;
    private boolean begun;

    /**
     * Creates an output stream.
     *
     * @param head takes the first bytes, and sends the response head with them
     */
    public FlowControlledOutput(OutputStream head, RoutingContext exchange) {
        this(
                head,
                exchange.response(),
                WRITE_TIMEOUT,
                ResponseEnd.of(exchange)::abort,
                () -> ResponseEnd.of(exchange).await(END_MILLIS));
    }

    FlowControlledOutput(
            OutputStream head, HttpServerResponse response, Duration timeout, Runnable abort, Runnable awaitEnd) {
        this.head = head;
        this.response = response;
        this.timeout = timeout;
        this.abort = abort;
        this.awaitEnd = awaitEnd;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    /**
     * Writes the bytes, and blocks until the socket has taken them.
     *
     * @throws ClosedChannelException if the client has left, or takes nothing for 30 s
     */
    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        for (int at = offset; at < offset + length; at += PIECE) {
            int piece = Math.min(PIECE, offset + length - at);
            if (begun) {
                await(bytes, at, piece);
            } else {
                head.write(bytes, at, piece);
                head.flush();
                begun = true;
            }
        }
    }

    private void await(byte[] bytes, int offset, int length) throws IOException {
        try {
            response.write(Buffer.buffer(length).appendBytes(bytes, offset, length))
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException stalled) {
            abort.run();
            throw left(stalled);
        } catch (ExecutionException | IllegalStateException closed) {
            throw left(closed);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("the service is shutting down");
        }
    }

    private ClosedChannelException left(Exception cause) {
        awaitEnd.run();
        ClosedChannelException left = new ClosedChannelException();
        left.initCause(cause);
        return left;
    }
}
