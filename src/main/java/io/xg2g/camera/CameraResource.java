package io.xg2g.camera;

import io.quarkus.resteasy.reactive.jackson.CustomDeserialization;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.ext.web.RoutingContext;
import io.xg2g.delivery.ClientStreams;
import io.xg2g.http.ClientKeys;
import io.xg2g.http.PublicUrl;
import io.xg2g.http.PublicUrls;
import io.xg2g.http.ResponseEnd;
import io.xg2g.http.Roles;
import io.xg2g.problem.ProblemType;
import io.xg2g.problem.StrictJson;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jspecify.annotations.Nullable;

/** HTTP resource of cameras and their frames. */
@Path("/")
@RolesAllowed(Roles.VIEWER)
public class CameraResource {
    private static final String CAMERAS = "api/v1/cameras";
    private static final String JPEG = "image/jpeg";
    private static final int MIN_WIDTH = 16;
    private static final int MAX_WIDTH = 8192;

    /** {@code Retry-After} while there is no frame. */
    private static final Duration RETRY_AFTER = Duration.ofSeconds(2);

    private final Cameras cameras;
    private final ClusterCameras cluster;
    private final Snapshots snapshots;
    private final PublicUrls urls;
    private final ClientKeys keys;
    private final ClientStreams clients;

    CameraResource(
            Cameras cameras,
            ClusterCameras cluster,
            Snapshots snapshots,
            PublicUrls urls,
            ClientKeys keys,
            ClientStreams clients) {
        this.cameras = cameras;
        this.cluster = cluster;
        this.snapshots = snapshots;
        this.urls = urls;
        this.keys = keys;
        this.clients = clients;
    }

    /** Returns all cameras. */
    @GET
    @Path(CAMERAS)
    @Operation(
            summary = "List cameras",
            description =
                    "In a cluster those of all gateways: member is the gateway, and the header X-Missing-Members names"
                            + " gateways that do not answer, whose cameras are missing.")
    @Produces(MediaType.APPLICATION_JSON)
    @RunOnVirtualThread
    public List<CameraView> list(@Context RoutingContext context) {
        return cluster.all(urls.of(context.request()), context.response());
    }

    /** Returns one camera. */
    @GET
    @Path(CAMERAS + "/{id}")
    @Operation(summary = "Get a camera")
    @Produces(MediaType.APPLICATION_JSON)
    @RunOnVirtualThread
    public CameraView get(@PathParam("id") String id, @Context RoutingContext context) {
        return cluster.view(cameras.find(id), urls.of(context.request()));
    }

    /** Adds a camera and stores it. */
    @POST
    @Path(CAMERAS)
    @RolesAllowed(Roles.OPERATOR)
    @Operation(
            summary = "Add a camera",
            description =
                    "url is an http, https, rtsp, rtsps, srt or udp URL that xg2g.source.allow allows, or channel is"
                            + " the id of a live channel. Credentials are given as username and password, or percent-encoded in"
                            + " url. The camera persists across restarts; responses never contain its credentials.")
    @APIResponse(
            responseCode = "201",
            description =
                    "Added; Location is the URL of the camera. In a cluster without a body if no gateway has begun to capture it within 3 s.")
    @APIResponse(responseCode = "403", description = "The address is not allowed: source-not-allowed")
    @APIResponse(responseCode = "409", description = "The id is in use")
    @Consumes(MediaType.APPLICATION_JSON)
    @CustomDeserialization(StrictJson.class)
    @Produces(MediaType.APPLICATION_JSON)
    @RunOnVirtualThread
    public Response add(@Nullable CameraSpec spec, @Context RoutingContext context) {
        if (spec == null) {
            throw ProblemType.INVALID_REQUEST
                    .with("the body is empty; send a JSON object with id, and url or channel")
                    .asException();
        }
        Cameras.Added added = cameras.add(spec);
        PublicUrl publicUrl = urls.of(context.request());
        @Nullable
        CameraView view = added.here()
                .map(camera -> cluster.view(camera, publicUrl))
                .or(() -> cluster.elsewhere(added.id(), publicUrl))
                .orElse(null);
        return Response.status(Response.Status.CREATED)
                .header(HttpHeaders.LOCATION, publicUrl.path(CameraView.PATH + "/" + added.id()))
                .entity(view)
                .build();
    }

    /** Removes a camera that was added by the API. */
    @DELETE
    @Path(CAMERAS + "/{id}")
    @RolesAllowed(Roles.OPERATOR)
    @Operation(summary = "Remove a camera that was added by the API")
    @RunOnVirtualThread
    public void remove(@PathParam("id") String id) {
        cameras.remove(id);
    }

    /** Returns the statistics of the workers that deliver frames. */
    @GET
    @Path("api/v1/camera-workers")
    @RolesAllowed(Roles.OPERATOR)
    @Operation(
            summary = "Statistics of the workers that deliver frames to stores and brokers",
            description = "workers, frames that wait, frames that may wait, frames in delivery, and since the start:"
                    + " frames that every output accepted, that an output did not accept, that were dropped before."
                    + " All zero if there is no output.")
    @Produces(MediaType.APPLICATION_JSON)
    public WorkersView workers() {
        return WorkersView.of(cameras.stats());
    }

    /** Returns the latest frame. */
    @GET
    @Path(CAMERAS + "/{id}/frame.jpg")
    @Operation(
            summary = "Latest frame of a camera",
            description =
                    "Headers: ETag, X-Frame-Sequence, X-Frame-Arrived, and X-Frame-Captured if the camera's source"
                            + " has times. With width the frame is scaled down by a unit of the queue, as a preview.")
    @APIResponse(responseCode = "200", content = @Content(mediaType = JPEG))
    @APIResponse(responseCode = "304", description = "The frame is that of If-None-Match")
    @APIResponse(responseCode = "502", description = "The camera gives no frames: receiver-failed")
    @APIResponse(responseCode = "503", description = "There is no frame yet: stream-starting")
    @RunOnVirtualThread
    public Response frame(
            @PathParam("id") String id,
            @QueryParam("width")
                    @Parameter(
                            description = "width in pixels: 16 to 8192; a smaller frame is not scaled",
                            schema = @Schema(type = SchemaType.INTEGER))
                    @Nullable
                    Integer width,
            @HeaderParam(HttpHeaders.IF_NONE_MATCH) @Nullable String known,
            @Context RoutingContext context) {
        if (width != null && (width < MIN_WIDTH || width > MAX_WIDTH)) {
            throw ProblemType.INVALID_REQUEST
                    .with("width is " + width + "; allowed: " + MIN_WIDTH + " to " + MAX_WIDTH)
                    .asException();
        }
        Frame frame = current(cameras.find(id));
        String tag = '"'
                + Long.toString(frame.arrived().toEpochMilli(), Character.MAX_RADIX)
                + '-'
                + frame.sequence()
                + (width == null ? "" : "-" + width)
                + '"';
        boolean same = known != null
                && Arrays.stream(known.split(",")).map(String::strip).anyMatch(tag::equals);
        Response.ResponseBuilder response;
        if (same) {
            response = Response.notModified();
        } else {
            JpegBytes jpeg = width == null
                    ? frame.jpeg()
                    : snapshots.scaled(frame, width, keys.of(context), ResponseEnd.of(context));
            StreamingOutput body = jpeg::writeTo;
            response = Response.ok(body).type(JPEG).header(HttpHeaders.CONTENT_LENGTH, jpeg.size());
        }
        if (frame.captured() != null) {
            response.header("X-Frame-Captured", frame.captured());
        }
        return response.header(HttpHeaders.ETAG, tag)
                .header(HttpHeaders.CACHE_CONTROL, "private, no-cache")
                .header("X-Frame-Sequence", frame.sequence())
                .header("X-Frame-Arrived", frame.arrived())
                .build();
    }

    /** Returns the frames as they arrive. */
    @GET
    @Path(CAMERAS + "/{id}/frames.mjpeg")
    @Operation(
            summary = "Frames of a camera as they arrive",
            description = "multipart/x-mixed-replace, which browsers show as a moving picture in an img element."
                    + " A client that reads too slowly misses frames.")
    @APIResponse(responseCode = "200", content = @Content(mediaType = "multipart/x-mixed-replace"))
    @RunOnVirtualThread
    public Response frames(@PathParam("id") String id, @Context RoutingContext context) {
        RunningCamera camera = cameras.find(id);
        current(camera);
        ResponseEnd end = clients.admit(keys.of(context), context);
        MjpegStream body = new MjpegStream(camera, cameras::isClosing, context);
        end.then(body::end);
        end.onFinish(body::end);
        return Response.ok(body)
                .type(MjpegStream.TYPE)
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .build();
    }

    /** Returns the latest frame of a camera that gives frames. */
    private static Frame current(RunningCamera camera) {
        CameraStatus status = camera.status();
        return switch (status.state()) {
            case LIVE, FROZEN -> camera.latest().get().orElseThrow(() -> starting());
            case STARTING -> throw starting();
            case LOST, UNAUTHORIZED, STOPPED ->
                throw ProblemType.RECEIVER_FAILED
                        .with(status.reason() == null ? "the camera was stopped" : status.reason())
                        .retryAfter(RETRY_AFTER)
                        .asException();
        };
    }

    private static RuntimeException starting() {
        return ProblemType.STREAM_STARTING
                .with("the camera has given no frame yet")
                .retryAfter(RETRY_AFTER)
                .asException();
    }

    /**
     * Statistics of the workers.
     *
     * @param workers number of workers
     * @param queue frames that wait
     * @param capacity frames that may wait
     * @param processing frames in delivery
     * @param successes frames that every output accepted
     * @param errors frames that an output did not accept
     * @param dropped frames that were dropped before
     */
    @Schema(name = "CameraWorkers")
    public record WorkersView(
            int workers, int queue, int capacity, int processing, long successes, long errors, long dropped) {
        static WorkersView of(FrameWorkers.Stats stats) {
            return new WorkersView(
                    stats.workers(),
                    stats.queue(),
                    stats.capacity(),
                    stats.processing(),
                    stats.successes(),
                    stats.errors(),
                    stats.dropped());
        }
    }
}
