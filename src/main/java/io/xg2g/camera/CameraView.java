package io.xg2g.camera;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.xg2g.http.PublicUrl;
import io.xg2g.ingest.NetworkOptions;
import io.xg2g.ingest.Source;
import io.xg2g.redaction.Redaction;
import java.net.URI;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Camera, as returned by the API.
 *
 * @param source http, https, rtsp, rtsps, srt, udp, file or channel
 * @param url scheme, host and port of a network source
 * @param channel id of the channel whose source it shares
 * @param origin configuration or api
 * @param state starting, live, frozen, lost, unauthorized or stopped
 * @param reason why there are no new frames
 * @param since when the state began
 * @param fps maximum number of frames per second
 * @param receivedFps frames per second over the latest seconds
 * @param driftSeconds time by which the camera's clock is ahead, if the camera tells it; otherwise by which it has moved
 *     ahead since the connection
 * @param frames numbers of frames since the start of the program
 * @param latest the latest frame
 * @param frame path of the latest frame
 * @param mjpeg path of the stream of frames
 * @param member gateway that captures it; absent outside of a cluster
 */
@Schema(name = "Camera")
@JsonInclude(JsonInclude.Include.NON_NULL)
public record CameraView(
        String id,
        String name,
        String source,
        @Nullable String url,
        @Nullable String channel,
        String origin,
        String state,
        @Nullable String reason,
        Instant since,
        double fps,
        double receivedFps,
        @Nullable Double driftSeconds,
        Counts frames,
        @Nullable Latest latest,
        String frame,
        String mjpeg,
        @Schema(examples = "gateway-0") @Nullable String member) {

    static final String PATH = "/api/v1/cameras";

    /**
     * Numbers of frames.
     *
     * @param published accepted by every output, or received if there is none
     * @param dropped not accepted by every output, or dropped before
     * @param invalid damaged, and skipped
     */
    @Schema(name = "CameraFrames")
    public record Counts(long published, long dropped, long invalid) {}

    /**
     * Latest frame.
     *
     * @param captured when it was taken, by the camera's clock
     * @param arrived when it was received
     */
    @Schema(name = "CameraFrame")
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Latest(long sequence, @Nullable Instant captured, Instant arrived, int width, int height, int bytes) {
        static Latest of(Frame frame) {
            return new Latest(
                    frame.sequence(),
                    frame.captured(),
                    frame.arrived(),
                    frame.width(),
                    frame.height(),
                    frame.jpeg().size());
        }
    }

    /** Returns the view of a camera, with paths of this program. */
    static CameraView of(RunningCamera running, @Nullable String member) {
        Camera camera = running.camera();
        CameraStatus status = running.status();
        CameraMetrics.OfCamera metrics = running.metrics();
        Optional<Frame> latest = running.latest().get();
        double drift = running.drift();
        String path = PATH + "/" + camera.id();
        return new CameraView(
                camera.id(),
                camera.name(),
                camera.input().kind(),
                camera.input() instanceof Camera.Input.Own(Source.Network(URI uri, boolean _, NetworkOptions _))
                        ? Redaction.url(uri)
                        : null,
                camera.input() instanceof Camera.Input.OfChannel(String channel) ? channel : null,
                camera.origin().name().toLowerCase(Locale.ROOT),
                status.state().label(),
                status.reason(),
                status.since(),
                camera.options().fps(),
                Math.round(running.framesPerSecond() * 100) / 100.0,
                Double.isNaN(drift) ? null : Math.round(drift * 1000) / 1000.0,
                new Counts(metrics.publishedFrames(), metrics.droppedFrames(), metrics.invalidFrames()),
                latest.map(Latest::of).orElse(null),
                path + "/frame.jpg",
                path + "/frames.mjpeg",
                member);
    }

    /** Returns it with the paths that a client uses. */
    CameraView at(PublicUrl publicUrl) {
        return new CameraView(
                id,
                name,
                source,
                url,
                channel,
                origin,
                state,
                reason,
                since,
                fps,
                receivedFps,
                driftSeconds,
                frames,
                latest,
                publicUrl.path(frame),
                publicUrl.path(mjpeg),
                member);
    }
}
