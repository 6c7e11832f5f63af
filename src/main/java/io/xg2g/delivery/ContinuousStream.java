package io.xg2g.delivery;

import io.vertx.ext.web.RoutingContext;
import io.xg2g.channel.Broadcast;
import io.xg2g.channel.LiveStream;
import io.xg2g.channel.ViewerQueue;
import io.xg2g.http.FlowControlledOutput;
import io.xg2g.http.ResponseEnd;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Response body of one viewer of a broadcast. */
final class ContinuousStream implements StreamingOutput {
    /** Silence of the source after which a viewer gets a {@linkplain Broadcast#filler filler}; players give up after 10 s or more. */
    static final Duration SILENCE = Duration.ofSeconds(5);

    private final LiveStream stream;
    private final Broadcast broadcast;
    private final RoutingContext exchange;
    private final UnaryOperator<byte[]> filter;
    private final ViewerQueue queue;
    private byte @Nullable [] first;

    /**
     * Subscribes to the broadcast. If the viewer reads too slowly, the response is reset.
     *
     * @param filter returns what the viewer gets of the next bytes; called by one thread
     */
    ContinuousStream(LiveStream stream, Broadcast broadcast, UnaryOperator<byte[]> filter, RoutingContext exchange) {
        this.filter = filter;
        this.stream = stream;
        this.broadcast = broadcast;
        this.exchange = exchange;
        this.queue = broadcast.subscribe();
        queue.onOverflow(ResponseEnd.of(exchange)::abort);
    }

    /** Ends the stream: the viewer has left, or its access has ended. */
    void end() {
        broadcast.remove(queue);
    }

    /** Waits for the first bytes, before the response begins; returns whether they arrived in time. */
    boolean awaitFirst() throws InterruptedException {
        stream.viewers.streamStarted(false);
        try {
            Optional<byte[]> chunk =
                    stream.startWait.until(time -> Optional.ofNullable(queue.take(time)), Optional::isEmpty);
            first = chunk.orElse(null);
            return chunk.isPresent();
        } finally {
            stream.viewers.streamEnded(false);
        }
    }

    @Override
    public void write(OutputStream out) throws IOException {
        stream.viewers.streamStarted(false);
        OutputStream paced = new FlowControlledOutput(out, exchange);
        try {
            for (byte[] chunk = first; chunk != null || !queue.isEnded(); chunk = queue.take(SILENCE)) {
                paced.write(chunk == null ? broadcast.filler() : filter.apply(chunk));
            }
        } catch (InterruptedException shutdown) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("the service is shutting down");
        } finally {
            broadcast.remove(queue);
            stream.viewers.streamEnded(false);
        }
    }
}
