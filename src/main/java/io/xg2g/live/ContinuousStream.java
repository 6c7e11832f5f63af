package io.xg2g.live;

import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.time.Duration;

/** One viewer's copy of a broadcast, written as it comes. */
final class ContinuousStream implements StreamingOutput {
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final LiveStream stream;
    private final Broadcast broadcast;

    private final Tap tap;

    ContinuousStream(LiveStream stream, Broadcast broadcast) {
        this.stream = stream;
        this.broadcast = broadcast;
        this.tap = broadcast.tap();
    }

    /** What breaks the connection of a viewer that is cut off. */
    void onOverflow(Runnable action) {
        tap.onOverflow(action);
    }

    /** Its viewer has left. */
    void end() {
        broadcast.remove(tap);
    }

    @Override
    public void write(OutputStream out) throws IOException {
        stream.viewers.streamBegins(false);
        try {
            for (byte[] chunk = tap.take(PATIENCE); chunk != null || !tap.isEnded(); chunk = tap.take(PATIENCE)) {
                if (chunk != null) {
                    out.write(chunk);
                    out.flush();
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
