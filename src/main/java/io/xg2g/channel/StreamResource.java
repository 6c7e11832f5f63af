package io.xg2g.channel;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.smallrye.mutiny.Multi;
import io.vertx.ext.web.RoutingContext;
import io.xg2g.http.EventStreams;
import io.xg2g.http.Roles;
import io.xg2g.ingest.Ingest;
import io.xg2g.packaging.SegmentTimeline;
import io.xg2g.packaging.Timeline;
import io.xg2g.packaging.Track;
import io.xg2g.problem.ProblemType;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jspecify.annotations.Nullable;

/** The channels that run. */
@Path("/api/v1/streams")
@RolesAllowed(Roles.OPERATOR)
public class StreamResource {
    private final LiveStreams streams;

    StreamResource(LiveStreams streams) {
        this.streams = streams;
    }

    /** Every channel that runs. */
    @GET
    @Operation(summary = "The channels that run, who watches, and how they do")
    @Produces(MediaType.APPLICATION_JSON)
    public List<StreamView> list() {
        return streams.all().stream().map(StreamView::of).toList();
    }

    /** One channel that runs. */
    @GET
    @Path("/{channel}")
    @Operation(summary = "One channel that runs")
    @Produces(MediaType.APPLICATION_JSON)
    public StreamView get(@PathParam("channel") String channel) {
        return StreamView.of(find(channel));
    }

    /** Stops a channel; its continuous streams end. A player that goes on asking starts it again. */
    @DELETE
    @Path("/{channel}")
    @Operation(summary = "Stop a channel", description = "A player that goes on asking for it starts it again.")
    @RunOnVirtualThread
    public void stop(@PathParam("channel") String channel) {
        if (!streams.stop(channel)) {
            throw notRunning();
        }
    }

    /** What happens to a channel that runs, until it stops. */
    @GET
    @Path("/{channel}/events")
    @Operation(
            summary = "Follow a channel",
            description = "Server-Sent Events starting, playing, degraded, recovering and stopped; data is the state."
                    + " A slow client gets fewer events, each up to date.")
    @APIResponse(
            responseCode = "200",
            content =
                    @Content(
                            mediaType = MediaType.SERVER_SENT_EVENTS,
                            schema = @Schema(implementation = StreamView.class)))
    @Produces(MediaType.SERVER_SENT_EVENTS)
    public Multi<OutboundSseEvent> events(
            @PathParam("channel") String channel, @Context Sse sse, @Context RoutingContext context) {
        LiveStream stream = find(channel);
        return EventStreams.withComments(
                latestStates(stream, stream.events())
                        .map(StreamView::of)
                        .map(view -> sse.newEventBuilder()
                                .name(view.condition())
                                .mediaType(MediaType.APPLICATION_JSON_TYPE)
                                .data(view)
                                .build()),
                sse,
                context);
    }

    /**
     * What is to be sent to one client: at first its subject as it is, then the same each time it has changed. A client
     * that is not ready for the next one gets the latest alone when it is: an older state is of no use to anybody.
     */
    static <T> Multi<T> latestStates(T subject, Multi<T> changes) {
        // The changes come first, so that none is missed between the two.
        return Multi.createBy()
                .merging()
                .streams(changes, Multi.createFrom().item(subject))
                .onOverflow()
                .dropPreviousItems();
    }

    private LiveStream find(String channel) {
        return streams.find(channel).orElseThrow(StreamResource::notRunning);
    }

    private static RuntimeException notRunning() {
        return ProblemType.NOT_FOUND.with("the channel does not run").asException();
    }

    /**
     * A channel that runs.
     *
     * @param condition starting, playing, degraded, recovering or stopped
     * @param source opening, receiving, pausing or closed
     * @param trouble why the source cannot be had: a code and a sentence
     * @param viewers players and continuous streams
     * @param behindSeconds how long the oldest unpublished window has been ready
     * @param droppedRungs renditions that are left out at present
     * @param droppedRenditions renditions of windows that were left out in all
     * @param gaps windows that were given up in all
     * @param renditions what is published now, best first
     * @param windowSeconds how far back a player can go
     * @param windowBytes what that takes
     */
    @Schema(name = "Stream")
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record StreamView(
            String channel,
            String name,
            String condition,
            String source,
            @Nullable TroubleView trouble,
            Instant startedAt,
            int viewers,
            double behindSeconds,
            int droppedRungs,
            long droppedRenditions,
            long gaps,
            List<RenditionView> renditions,
            double windowSeconds,
            long windowBytes) {

        static StreamView of(LiveStream stream) {
            Timeline timeline = stream.timeline.early();
            List<Track> tracks =
                    timeline.isEmpty() ? List.of() : timeline.epochs().getLast().tracks();
            Ingest.Status source = stream.source();
            return new StreamView(
                    stream.channel.id(),
                    stream.channel.name(),
                    stream.condition().name().toLowerCase(Locale.ROOT),
                    source.phase().name().toLowerCase(Locale.ROOT),
                    source.reason()
                            .map(why -> new TroubleView(why.kind().code(), why.detail()))
                            .orElse(null),
                    stream.startedAt,
                    stream.viewers.count(),
                    stream.behindSeconds(),
                    stream.droppedRungs(),
                    (long) stream.droppedRenditions(),
                    (long) stream.gaps(),
                    tracks.stream().map(RenditionView::of).toList(),
                    timeline.epochs().stream()
                                    .mapToInt(epoch -> epoch.windows().size())
                                    .sum()
                            * (double) SegmentTimeline.TARGET_DURATION,
                    stream.timeline.bytes());
        }
    }

    /** Why a source cannot be had. */
    public record TroubleView(String code, String detail) {}

    /** A rendition. */
    @JsonInclude(JsonInclude.Include.NON_DEFAULT)
    public record RenditionView(String name, String codec, int width, int height, double frameRate) {
        static RenditionView of(Track track) {
            return new RenditionView(
                    track.name(),
                    track.codec(),
                    track.width(),
                    track.height(),
                    Math.round(track.frameRate() * 1000) / 1000.0);
        }
    }
}
