package io.xg2g.camera;

import io.vertx.ext.web.RoutingContext;
import io.xg2g.http.FlowControlledOutput;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Response body of one viewer: the latest frame, then each later one, as parts of {@code multipart/x-mixed-replace}. One frame is
 * in flight at a time; a viewer that reads too slowly misses frames.
 */
final class MjpegStream implements StreamingOutput {
    /** Media type with the boundary of the parts. */
    static final String TYPE = "multipart/x-mixed-replace;boundary=frame";

    private static final Duration POLL_TIMEOUT = Duration.ofMillis(500);
    private static final byte[] LINE_END = "\r\n".getBytes(StandardCharsets.US_ASCII);

    private final RunningCamera camera;
    private final BooleanSupplier ending;
    private final RoutingContext exchange;
    private volatile boolean ended;

    /**
     * Creates the stream.
     *
     * @param ending returns whether the program ends
     */
    MjpegStream(RunningCamera camera, BooleanSupplier ending, RoutingContext exchange) {
        this.camera = camera;
        this.ending = ending;
        this.exchange = exchange;
    }

    /** Ends the stream: the viewer has left, or its access has ended. */
    void end() {
        ended = true;
    }

    @Override
    public void write(OutputStream out) throws IOException {
        OutputStream paced = new FlowControlledOutput(out, exchange);
        long sequence = 0;
        try {
            while (!ended && !ending.getAsBoolean() && camera.status().state() != CameraStatus.State.STOPPED) {
                Optional<Frame> next = camera.latest().after(sequence, POLL_TIMEOUT);
                if (next.isPresent()) {
                    sequence = next.get().sequence();
                    paced.write(part(next.get()));
                }
            }
        } catch (InterruptedException shutdown) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("the service is shutting down");
        }
    }

    private static byte[] part(Frame frame) throws IOException {
        String head = "--frame\r\nContent-Type: image/jpeg\r\nContent-Length: "
                + frame.jpeg().size()
                + "\r\nX-Frame-Sequence: " + frame.sequence() + "\r\nX-Frame-Arrived: " + frame.arrived() + "\r\n"
                + (frame.captured() == null ? "" : "X-Frame-Captured: " + frame.captured() + "\r\n") + "\r\n";
        ByteArrayOutputStream part =
                new ByteArrayOutputStream(head.length() + frame.jpeg().size() + LINE_END.length);
        part.write(head.getBytes(StandardCharsets.US_ASCII));
        frame.jpeg().writeTo(part);
        part.write(LINE_END);
        return part.toByteArray();
    }
}
