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

/** Recordings that are played back as if they were measured. */
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

    /** Takes a recording and begins to replay it. */
    @POST
    @RunOnVirtualThread
    @Operation(
            summary = "Replay a DCGM export",
            description = "The body is the CSV export with its header. GPUs that only a replay knows get no work.")
    @RequestBody(
            required = true,
            content = @Content(mediaType = "text/csv", schema = @Schema(type = SchemaType.STRING, format = "binary")))
    @APIResponse(
            responseCode = "201",
            description = "It has begun; Location is where to ask and to stop it",
            content = @Content(mediaType = "application/json", schema = @Schema(implementation = ReplayView.class)))
    @APIResponse(
            responseCode = "4XX",
            description = "A parameter or the header line is not allowed, or as many replays run as may",
            content =
                    @Content(
                            mediaType = "application/problem+json",
                            schema = @Schema(implementation = ProblemDetails.class)))
    @Produces(MediaType.APPLICATION_JSON)
    public Response start(
            @QueryParam("speed")
                    @Parameter(
                            description = "1 (the default) as recorded, 10 ten times as fast; 0 or max as fast as the"
                                    + " bus takes it",
                            example = "1")
                    @Nullable
                    String speed,
            @QueryParam("rate")
                    @Parameter(description = "rows a second, whatever their times; instead of speed", example = "100")
                    @Nullable
                    String rate,
            @QueryParam("loop") @DefaultValue("false") @Parameter(description = "begin again at the end, until stopped")
                    String loop,
            @QueryParam("retime")
                    @Parameter(
                            description = "give points the time of their publication instead of the recorded one;"
                                    + " where it is left out, done when loop is true")
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

    /** The replays that run, and the last ones that did. */
    @GET
    @Operation(summary = "The replays that run, and the last hundred that did")
    @Produces(MediaType.APPLICATION_JSON)
    public List<ReplayView> list() {
        return replays.all().stream().map(ReplayView::of).toList();
    }

    /** One replay. */
    @GET
    @Path("/{id}")
    @Operation(summary = "How far a replay is")
    @Produces(MediaType.APPLICATION_JSON)
    public ReplayView get(@PathParam("id") String id) {
        return ReplayView.of(find(id));
    }

    /** Stops a replay, or forgets one that is over. */
    @DELETE
    @Path("/{id}")
    @Operation(summary = "Stop a replay, or forget one that is over", description = "What it has published stays.")
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
        String name = type == null ? "not there" : (type.getType() + "/" + type.getSubtype()).toLowerCase(Locale.ROOT);
        if (!TYPES.contains(name)) {
            throw ProblemType.UNSUPPORTED_TYPE
                    .with("Content-Type is " + name + "; allowed: text/csv or application/octet-stream")
                    .asException();
        }
    }

    /**
     * A replay.
     *
     * @param state running, finished, stopped or failed
     * @param reason why it failed
     * @param speed how much faster than recorded, 0 as fast as the bus takes it; absent where there is a rate
     * @param rate rows a second; absent where there is a speed
     * @param bytes the size of the recording
     * @param passes how often it was read to its end
     * @param rows how many were published
     * @param badRows how many rows of the recording cannot be used
     * @param firstBadRows the first of those
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
     * A row that cannot be used.
     *
     * @param line its number in the recording, the header's being 1
     */
    public record BadRow(long line, String reason) {}
}
