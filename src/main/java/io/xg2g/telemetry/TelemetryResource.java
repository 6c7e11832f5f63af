package io.xg2g.telemetry;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.smallrye.mutiny.Multi;
import io.vertx.ext.web.RoutingContext;
import io.xg2g.http.EventStreams;
import io.xg2g.http.PublicUrl;
import io.xg2g.http.PublicUrls;
import io.xg2g.http.RequestHeaders;
import io.xg2g.http.Roles;
import io.xg2g.problem.ProblemDetails;
import io.xg2g.problem.ProblemType;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import jakarta.ws.rs.core.UriInfo;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.net.URI;
import java.util.List;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jspecify.annotations.Nullable;

/** Resource of the metrics of a GPU. */
@Path("/api/v1/gpus/{uuid}/telemetry")
@RolesAllowed(Roles.OPERATOR)
public class TelemetryResource {
    private static final String CSV = "text/csv";
    private static final MediaType CSV_TYPE = new MediaType("text", "csv");

    private final TelemetryRepository repository;
    private final GpuCatalog gpus;
    private final PublicUrls urls;
    private final TelemetryEvents events;

    TelemetryResource(TelemetryRepository repository, GpuCatalog gpus, PublicUrls urls, TelemetryEvents events) {
        this.repository = repository;
        this.gpus = gpus;
        this.urls = urls;
        this.events = events;
    }

    /** Returns a time range, as pages of JSON or as CSV. */
    @GET
    @RunOnVirtualThread
    @Operation(
            summary = "Metrics of a GPU in a time range",
            description =
                    "start_time is inclusive, end_time exclusive. Points are ordered by time. JSON is paged: next, and"
                            + " the header Link, are the URL of the next page. With Accept: text/csv the whole range is"
                            + " returned at once.")
    @APIResponse(
            responseCode = "200",
            content = {
                @Content(mediaType = "application/json", schema = @Schema(implementation = TelemetryPage.class)),
                @Content(mediaType = CSV)
            })
    @APIResponse(
            responseCode = "4XX",
            description = "The GPU does not exist, or a parameter is not allowed",
            content =
                    @Content(
                            mediaType = "application/problem+json",
                            schema = @Schema(implementation = ProblemDetails.class)))
    @Produces({MediaType.APPLICATION_JSON, CSV})
    public Response get(
            @PathParam("uuid") String uuid,
            @BeanParam TelemetryQuery query,
            @Context HttpHeaders headers,
            @Context UriInfo uri,
            @Context RoutingContext context) {
        gpus.require(uuid);
        Selection selection = query.selection(uuid);
        return wantsCsv(headers) ? csv(selection, query) : page(selection, query, uri, urls.of(context.request()));
    }

    private Response page(Selection selection, TelemetryQuery query, UriInfo uri, PublicUrl own) {
        int limit = query.limit();
        // One row more than the page shows whether there is a next page.
        List<Row> rows = repository.read(selection, query.position(selection.gpu()), limit + 1);
        boolean more = rows.size() > limit;
        List<Row> shown = more ? rows.subList(0, limit) : rows;
        @Nullable String next = more ? own.path(next(uri, shown.getLast())) : null;
        Response.ResponseBuilder response =
                Response.ok(TelemetryPage.of(selection, shown, next), MediaType.APPLICATION_JSON_TYPE);
        if (next != null) {
            response.header(HttpHeaders.LINK, "<" + next + ">; rel=\"next\"");
        }
        return response.build();
    }

    private Response csv(Selection selection, TelemetryQuery query) {
        if (query.isPaged()) {
            throw TelemetryQuery.invalid("limit and cursor are for JSON; CSV is not paged");
        }
        StreamingOutput body = out -> TelemetryCsv.write(selection, repository, out);
        return Response.ok(body, CSV).build();
    }

    private static String next(UriInfo uri, Row last) {
        URI next = uri.getRequestUriBuilder()
                .replaceQueryParam("cursor", Cursor.write(last))
                .build();
        return next.getRawPath() + "?" + next.getRawQuery();
    }

    private static boolean wantsCsv(HttpHeaders headers) {
        List<MediaType> accepted = RequestHeaders.accept(headers);
        for (MediaType type : accepted) {
            if (type.isCompatible(MediaType.APPLICATION_JSON_TYPE)) {
                return false;
            }
            if (type.isCompatible(CSV_TYPE)) {
                return true;
            }
        }
        if (!accepted.isEmpty()) {
            throw ProblemType.NOT_ACCEPTABLE
                    .with("telemetry is available as application/json or text/csv")
                    .asException();
        }
        return false;
    }

    /** Streams the latest values, and then each change of them. */
    @GET
    @Path("/events")
    @Operation(
            summary = "Stream of a GPU's metrics",
            description = "Server-Sent Events «values», at most one per second: first the latest value of every metric,"
                    + " then those of the metrics that changed. A slow client gets fewer events, each with the"
                    + " latest values.")
    @APIResponse(
            responseCode = "200",
            content =
                    @Content(
                            mediaType = MediaType.SERVER_SENT_EVENTS,
                            schema = @Schema(implementation = TelemetryPage.class)))
    @Produces(MediaType.SERVER_SENT_EVENTS)
    public Multi<OutboundSseEvent> events(
            @PathParam("uuid") String uuid,
            @QueryParam("metric") @Parameter(description = "metric to return; may be repeated; default: all")
                    List<String> metrics,
            @Context Sse sse,
            @Context RoutingContext context) {
        gpus.require(uuid);
        Selection selection = Selection.of(uuid, Set.copyOf(metrics));
        return EventStreams.withComments(
                events.of(uuid, selection)
                        .map(rows -> sse.newEventBuilder()
                                .name("values")
                                .mediaType(MediaType.APPLICATION_JSON_TYPE)
                                .data(TelemetryPage.of(selection, rows, null))
                                .build()),
                sse,
                context);
    }
}
