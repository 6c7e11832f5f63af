package io.xg2g.telemetry;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.ext.web.RoutingContext;
import io.xg2g.http.PublicUrls;
import io.xg2g.http.RequestHeaders;
import io.xg2g.http.ResponseEnd;
import io.xg2g.http.Roles;
import io.xg2g.problem.ProblemDetails;
import io.xg2g.problem.ProblemType;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jspecify.annotations.Nullable;

/** Resource of replays: recordings that are published as if they were measured now. */
@Path(ReplayResource.PATH)
@RolesAllowed(Roles.OPERATOR)
public class ReplayResource {
    static final String PATH = "/api/v1/telemetry/replays";

    private static final Set<String> TYPES = Set.of("text/csv", MediaType.APPLICATION_OCTET_STREAM);

    private final Replays replays;
    private final PublicUrls urls;

    ReplayResource(Replays replays, PublicUrls urls) {
        this.replays = replays;
        this.urls = urls;
    }

    /** Receives a recording and starts its replay. */
    @POST
    @RunOnVirtualThread
    @Operation(
            summary = "Replay a DCGM export",
            description =
                    "The body is the CSV export with its header. GPUs known only from a replay are not used for encoding.")
    @RequestBody(
            required = true,
            content = @Content(mediaType = "text/csv", schema = @Schema(type = SchemaType.STRING, format = "binary")))
    @APIResponse(
            responseCode = "201",
            description = "The replay was started; Location is its URL",
            content = @Content(mediaType = "application/json", schema = @Schema(implementation = ReplayView.class)))
    @APIResponse(
            responseCode = "4XX",
            description = "A parameter or the header line is not allowed, or the maximum of replays is reached",
            content =
                    @Content(
                            mediaType = "application/problem+json",
                            schema = @Schema(implementation = ProblemDetails.class)))
    @Produces(MediaType.APPLICATION_JSON)
    public Response start(
            @QueryParam("speed")
                    @Parameter(
                            description =
                                    "factor: 1 (default) as recorded, 10 ten times as fast; 0 or max without pauses",
                            example = "1")
                    @Nullable
                    String speed,
            @QueryParam("rate")
                    @Parameter(
                            description = "rows per second, independent of their timestamps; excludes speed",
                            example = "100")
                    @Nullable
                    String rate,
            @QueryParam("loop") @DefaultValue("false") @Parameter(description = "start again at the end, until stopped")
                    String loop,
            @QueryParam("retime")
                    @Parameter(
                            description = "publish points with the current time instead of the recorded one;"
                                    + " default: the value of loop")
                    @Nullable
                    String retime,
            @Context HttpHeaders headers,
            @Context RoutingContext context,
            InputStream body) {
        ResponseEnd end = ResponseEnd.of(context);
        end.bodyPending();
        boolean looping = flag("loop", loop);
        ReplayOptions options =
                new ReplayOptions(Pace.of(speed, rate), looping, retime == null ? looping : flag("retime", retime));
        check(RequestHeaders.contentType(headers));
        Replay replay = replays.start(body, RequestHeaders.contentLength(headers), options, end::bodyTaken);
        return Response.status(Response.Status.CREATED)
                .header(HttpHeaders.LOCATION, urls.of(context.request()).path(PATH + "/" + replay.id))
                .entity(ReplayView.of(replay))
                .build();
    }

    /** Returns the running replays and the last ended ones. */
    @GET
    @Operation(summary = "The running replays and the last 100 that ended")
    @Produces(MediaType.APPLICATION_JSON)
    public List<ReplayView> list() {
        return replays.all().stream().map(ReplayView::of).toList();
    }

    /** Returns a replay. */
    @GET
    @Path("/{id}")
    @Operation(summary = "State of a replay")
    @Produces(MediaType.APPLICATION_JSON)
    public ReplayView get(@PathParam("id") String id) {
        return ReplayView.of(find(id));
    }

    /** Stops a replay, or removes one that has ended. */
    @DELETE
    @Path("/{id}")
    @Operation(summary = "Stop a replay, or remove one that has ended", description = "Published points stay.")
    @RunOnVirtualThread
    public void stop(@PathParam("id") String id) {
        replays.stop(find(id));
    }

    private Replay find(String id) {
        return replays.find(id)
                .orElseThrow(() -> ProblemType.NOT_FOUND
                        .with("there is no replay of this id")
                        .asException());
    }

    private static boolean flag(String name, String text) {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw TelemetryQuery.invalid(name + " is not known; allowed: true, false");
        };
    }

    private static void check(@Nullable MediaType type) {
        String name = type == null ? "missing" : (type.getType() + "/" + type.getSubtype()).toLowerCase(Locale.ROOT);
        if (!TYPES.contains(name)) {
            throw ProblemType.UNSUPPORTED_TYPE
                    .with("Content-Type is " + name + "; allowed: text/csv or application/octet-stream")
                    .asException();
        }
    }

    /**
     * Replay in the API.
     *
     * @param state running, finished, stopped or failed
     * @param reason reason of a failure
     * @param speed factor of the recorded speed, 0 without pauses; absent if there is a rate
     * @param rate rows per second; absent if there is a speed
     * @param bytes size of the recording
     * @param passes how often the recording was read to its end
     * @param rows number of published rows
     * @param badRows number of invalid rows
     * @param firstBadRows first invalid rows
     */
    @Schema(name = "Replay")
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record ReplayView(
            String id,
            @Schema(examples = "running") String state,
            @Nullable String reason,
            @Nullable Double speed,
            @Nullable Double rate,
            boolean loop,
            boolean retime,
            Instant createdAt,
            @Nullable Instant endedAt,
            long bytes,
            long passes,
            long rows,
            long badRows,
            List<BadRow> firstBadRows) {

        static ReplayView of(Replay replay) {
            ReplayState state = replay.state();
            Pace pace = replay.options.pace();
            boolean rated = pace.rowsPerSecond() > 0;
            return new ReplayView(
                    replay.id,
                    state.label(),
                    state instanceof ReplayState.Failed failed ? failed.reason() : null,
                    rated ? null : Double.valueOf(pace.speed()),
                    rated ? Double.valueOf(pace.rowsPerSecond()) : null,
                    replay.options.loop(),
                    replay.options.retime(),
                    replay.createdAt,
                    state instanceof ReplayState.Ended ended ? ended.at() : null,
                    replay.bytes,
                    replay.passes(),
                    replay.rows(),
                    replay.badRows(),
                    replay.firstBad().stream()
                            .map(bad -> new BadRow(bad.line(), bad.reason()))
                            .toList());
        }
    }

    /**
     * Invalid row.
     *
     * @param line line number in the recording; the header is line 1
     */
    public record BadRow(long line, String reason) {}
}
