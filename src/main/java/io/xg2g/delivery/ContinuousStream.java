package io.xg2g.delivery;

import io.vertx.core.http.HttpServerResponse;
import io.xg2g.channel.Broadcast;
import io.xg2g.channel.LiveStream;
import io.xg2g.channel.ViewerQueue;
import io.xg2g.http.FlowControlledOutput;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** One viewer's copy of a broadcast, written as it comes. */
final class ContinuousStream implements StreamingOutput {
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final LiveStream stream;
    private final Broadcast broadcast;
    private final HttpServerResponse response;
    private final ViewerQueue queue;
    private byte @Nullable [] first;

    /** A stream that is not written yet; where its viewer reads too slowly, the response is reset. */
    ContinuousStream(LiveStream stream, Broadcast broadcast, HttpServerResponse response) {
        this.stream = stream;
        this.broadcast = broadcast;
        this.response = response;
        this.queue = broadcast.subscribe();
        queue.onOverflow(() -> response.reset());
    }

    /** Its viewer has left, or is to be sent no more. */
    void end() {
        broadcast.remove(queue);
    }

    /** Waits for the first bytes, so that a viewer of a source that gives none is told so. Says whether they came. */
    boolean begins(Duration atMost) throws InterruptedException {
        stream.viewers.streamBegins(false);
        try {
            first = queue.take(atMost);
            return first != null;
        } finally {
            stream.viewers.streamEnds(false);
        }
    }

    @Override
    public void write(OutputStream out) throws IOException {
        stream.viewers.streamBegins(false);
        OutputStream paced = new FlowControlledOutput(out, response);
        try {
            for (byte[] chunk = first; chunk != null || !queue.isEnded(); chunk = queue.take(PATIENCE)) {
                if (chunk != null) {
                    paced.write(chunk);
                }
            }
        } catch (InterruptedException cut) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("the service ends");
        } finally {
            broadcast.remove(queue);
            stream.viewers.streamEnds(false);
        }
    }
}
