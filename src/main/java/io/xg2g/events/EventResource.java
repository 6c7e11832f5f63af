package io.xg2g.events;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.smallrye.mutiny.Multi;
import io.vertx.ext.web.RoutingContext;
import io.xg2g.http.EventStreams;
import io.xg2g.http.PublicUrls;
import io.xg2g.http.Roles;
import io.xg2g.problem.ProblemDetails;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.net.URI;
import java.util.List;
import java.util.function.Predicate;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jspecify.annotations.Nullable;

/** Resource of recent events. */
@Path("/api/v1/events")
@RolesAllowed(Roles.OPERATOR)
public class EventResource {
    /** Preferred only by clients that ask for it: others get JSON. */
    private static final String EVENT_STREAM = MediaType.SERVER_SENT_EVENTS + ";qs=0.5";

    private final EventHistory log;
    private final PublicUrls urls;

    EventResource(EventLog log, ClusterEvents cluster, PublicUrls urls) {
        this.log = cluster.history().orElse(log);
        this.urls = urls;
    }

    /**
     * Events in their order.
     *
     * @param next URL of the next page, if there are more events
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record EventPage(
            List<RecordedEvent> events, @Nullable String next) {}

    /** Returns a page of events. */
    @GET
    @RunOnVirtualThread
    @Operation(
            summary = "Recent events",
            description = "Events of channels, devices, receivers, jobs and the program, the oldest first: those after"
                    + " since, or the latest ones. next, and the header Link, are the URL of the next page. Events"
                    + " survive a restart, and are removed after xg2g.events.keep. With Accept: text/event-stream they"
                    + " come as Server-Sent Events named by their types, whose id is the sequence, and then each"
                    + " further one; Last-Event-ID is honoured. In a cluster they are those of all gateways.")
    @APIResponse(
            responseCode = "200",
            content = {
                @Content(mediaType = "application/json", schema = @Schema(implementation = EventPage.class)),
                @Content(
                        mediaType = MediaType.SERVER_SENT_EVENTS,
                        schema = @Schema(implementation = RecordedEvent.class))
            })
    @APIResponse(
            responseCode = "4XX",
            description = "A parameter is not allowed",
            content =
                    @Content(
                            mediaType = "application/problem+json",
                            schema = @Schema(implementation = ProblemDetails.class)))
    @Produces(MediaType.APPLICATION_JSON)
    public Response list(@BeanParam EventQuery query, @Context UriInfo uri, @Context RoutingContext context) {
        Predicate<RecordedEvent> wanted = query.wanted();
        EventHistory.Page page = query.hasStart()
                ? log.since(query.sequence(), query.limit(), wanted)
                : log.latest(query.limit(), wanted);
        @Nullable String next = page.more() ? urls.of(context.request()).path(next(uri, page.read())) : null;
        Response.ResponseBuilder response = Response.ok(new EventPage(page.events(), next));
        if (next != null) {
            response.header(HttpHeaders.LINK, "<" + next + ">; rel=\"next\"");
        }
        return response.build();
    }

    private static String next(UriInfo uri, long read) {
        URI next = uri.getRequestUriBuilder().replaceQueryParam("since", read).build();
        return next.getRawPath() + "?" + next.getRawQuery();
    }

    /** Streams events, and then each further one. */
    @GET
    @Operation(hidden = true)
    @Produces(EVENT_STREAM)
    public Multi<OutboundSseEvent> events(
            @BeanParam EventQuery query, @Context Sse sse, @Context RoutingContext context) {
        Predicate<RecordedEvent> wanted = query.wanted();
        int limit = query.limit();
        Multi<RecordedEvent> events =
                query.hasStart() ? log.follow(query.sequence(), wanted) : log.followLatest(limit, wanted);
        return EventStreams.withComments(
                events.map(event -> sse.newEventBuilder()
                        .id(Long.toString(event.sequence()))
                        .name(event.type())
                        .mediaType(MediaType.APPLICATION_JSON_TYPE)
                        .data(event)
                        .build()),
                sse,
                context);
    }
}
