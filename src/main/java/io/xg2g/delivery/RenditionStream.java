package io.xg2g.delivery;

import io.vertx.ext.web.RoutingContext;
import io.xg2g.channel.LiveStream;
import io.xg2g.http.FlowControlledOutput;
import io.xg2g.media.AudioTrackInfo;
import io.xg2g.media.TsPacket;
import io.xg2g.packaging.Timeline;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Optional;

/** Response body of one viewer: a continuous transport stream of the published windows, until the channel or the viewer ends it. */
final class RenditionStream implements StreamingOutput {
    /** Interval of checks whether the stream must end. */
    private static final Duration POLL_TIMEOUT = Duration.ofMillis(500);

    private final LiveStream stream;
    private final int height;
    private final Optional<AudioTrackInfo> audio;
    private final RoutingContext exchange;
    private volatile boolean ended;

    /**
     * Creates the stream.
     *
     * @param height maximum height of the video, in pixels
     * @param audio chosen audio track; the default one replaces it while it is missing, or if none is chosen
     */
    RenditionStream(LiveStream stream, int height, Optional<AudioTrackInfo> audio, RoutingContext exchange) {
        this.stream = stream;
        this.height = height;
        this.audio = audio;
        this.exchange = exchange;
    }

    /** Ends the stream: the viewer has left, or its access has ended. */
    void end() {
        ended = true;
    }

    @Override
    public void write(OutputStream out) throws IOException {
        stream.renditionStreamStarted();
        OutputStream paced = new FlowControlledOutput(out, exchange);
        try {
            RenditionWriter writer = new RenditionWriter(stream.timeline, height, audio, stream.firstWindows());
            Duration silence = Duration.ZERO;
            while (!ended) {
                long next = writer.next();
                Timeline timeline = stream.await(next, POLL_TIMEOUT);
                writer.write(timeline, paced);
                if (timeline.ended()) {
                    return;
                }
                silence = writer.next() == next ? silence.plus(POLL_TIMEOUT) : Duration.ZERO;
                if (silence.compareTo(ContinuousStream.SILENCE) >= 0) {
                    paced.write(TsPacket.nullPacket());
                    silence = Duration.ZERO;
                }
            }
        } catch (InterruptedException shutdown) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("the service is shutting down");
        } finally {
            stream.viewers.streamEnded(true);
        }
    }
}
