package io.xg2g.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Output of a response body that never ends: one piece is in flight at a time, and the next one follows when the socket has taken
 * it. A client that reads nothing holds no more than that piece, and is cut off after a while.
 *
 * <p>Writing is not limited by {@link HttpServerResponse#writeQueueFull}, which is only true once the event loop has seen what
 * was written: behind a busy event loop, writers on other threads would go on. For use by one thread, which is not an event loop.
 */
public final class FlowControlledOutput extends OutputStream {
    /** Bytes in flight. */
    private static final int PIECE = 32 * 1024;

    /** A client that takes no piece for this long is cut off. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final OutputStream head;
    private final HttpServerResponse response;
    private final Duration patience;
    private boolean begun;

    /**
     * Output of a response.
     *
     * @param head takes the first bytes, and sends the head of the response with them
     */
    public FlowControlledOutput(OutputStream head, HttpServerResponse response) {
        this(head, response, PATIENCE);
    }

    FlowControlledOutput(OutputStream head, HttpServerResponse response, Duration patience) {
        this.head = head;
        this.response = response;
        this.patience = patience;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    /**
     * Writes the bytes and waits until the socket has taken them.
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
                    .get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException stalled) {
            response.reset();
            throw left(stalled);
        } catch (ExecutionException | IllegalStateException closed) {
            throw left(closed);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("the service ends");
        }
    }

    private static ClosedChannelException left(Exception cause) {
        ClosedChannelException left = new ClosedChannelException();
        left.initCause(cause);
        return left;
    }
}
