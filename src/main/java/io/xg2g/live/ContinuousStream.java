package io.xg2g.live;

import io.vertx.core.http.HttpServerResponse;
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
    private final Tap tap;
    private byte @Nullable [] first;

    /** A stream that is not written yet; where its viewer reads too slowly, the response is reset. */
    ContinuousStream(LiveStream stream, Broadcast broadcast, HttpServerResponse response) {
        this.stream = stream;
        this.broadcast = broadcast;
        this.response = response;
        this.tap = broadcast.tap();
        tap.onOverflow(() -> response.reset());
    }

    /** Its viewer has left. */
    void end() {
        broadcast.remove(tap);
    }

    /** Waits for the first bytes, so that a viewer of a source that gives none is told so. Says whether they came. */
    boolean begins(Duration atMost) throws InterruptedException {
        stream.viewers.streamBegins(false);
        try {
            first = tap.take(atMost);
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
            for (byte[] chunk = first; chunk != null || !tap.isEnded(); chunk = tap.take(PATIENCE)) {
                if (chunk != null) {
                    paced.write(chunk);
                }
            }
        } catch (InterruptedException cut) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("the service ends");
        } finally {
            broadcast.remove(tap);
            stream.viewers.streamEnds(false);
        }
    }
}
