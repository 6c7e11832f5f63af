package io.xg2g.source;

import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Response body as a blocking stream with backpressure: the next chunk is requested from the connection when the
 * previous one was read. One thread reads. Any thread may close the stream, which ends a blocked read; it also closes
 * when no chunk arrives within the timeout.
 */
final class BodyStream extends InputStream {
    /** A part of the body, or its end. */
    private sealed interface Piece {
        record Bytes(Buffer buffer) implements Piece {}

        record End() implements Piece {}

        record Broken(String reason) implements Piece {}
    }

    private final HttpClientResponse response;
    private final Context eventLoop;
    private final Duration timeout;
    private final BlockingQueue<Piece> pieces = new LinkedBlockingQueue<>();
    private Piece piece = new Piece.Bytes(Buffer.buffer());
    private int position;
    private volatile boolean closed;

    /**
     * Created on the event loop, before the first chunk of the body arrives.
     *
     * @param timeout for each chunk
     */
    BodyStream(HttpClientResponse response, Context eventLoop, Duration timeout) {
        this.response = response;
        this.eventLoop = eventLoop;
        this.timeout = timeout;
        response.pause();
        response.handler(buffer -> pieces.add(new Piece.Bytes(buffer)));
        response.endHandler(_ -> pieces.add(new Piece.End()));
        response.exceptionHandler(_ -> pieces.add(new Piece.Broken("connection lost")));
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        while (true) {
            switch (piece) {
                case Piece.Bytes(Buffer buffer)
                when position < buffer.length() || length == 0 -> {
                    int taken = Math.min(length, buffer.length() - position);
                    buffer.getBytes(position, position + taken, bytes, offset);
                    position += taken;
                    return taken;
                }
                case Piece.Bytes _ -> piece = next();
                case Piece.End _ -> {
                    return -1;
                }
                case Piece.Broken(String reason) -> throw new IOException(reason);
            }
        }
    }

    private Piece next() throws IOException {
        if (closed) {
            return new Piece.Broken("closed");
        }
        eventLoop.runOnContext(_ -> response.fetch(1));
        position = 0;
        try {
            Piece next = pieces.poll(timeout.toNanos(), TimeUnit.NANOSECONDS);
            if (next != null) {
                return next;
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
        close();
        throw new SocketTimeoutException("no data for " + timeout.toMillis() + " ms");
    }

    /** Closes the connection, unless the body was read to its end. */
    @Override
    public void close() {
        closed = true;
        pieces.add(new Piece.Broken("closed"));
        eventLoop.runOnContext(_ -> response.request().reset());
    }
}
