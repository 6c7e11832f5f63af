package io.xg2g.channel;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.smallrye.mutiny.Multi;
import io.vertx.ext.web.RoutingContext;
import io.xg2g.http.EventStreams;
import io.xg2g.http.Roles;
import io.xg2g.ingest.Ingest;
import io.xg2g.media.AudioRole;
import io.xg2g.media.AudioTrackInfo;
import io.xg2g.media.LanguageCode;
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

/** HTTP resource of running channels. */
@Path("/api/v1/streams")
@RolesAllowed(Roles.OPERATOR)
public class StreamResource {
    private final LiveStreams streams;
    private final ClusterStreams cluster;

    StreamResource(LiveStreams streams, ClusterStreams cluster) {
        this.streams = streams;
        this.cluster = cluster;
    }

    /** Returns all running channels. */
    @GET
    @Operation(
            summary = "List running channels",
            description = "In a cluster those of all gateways: member is the gateway, and the header X-Missing-Members names"
                    + " gateways that do not answer, whose channels are missing.")
    @Produces(MediaType.APPLICATION_JSON)
    @RunOnVirtualThread
    public List<StreamView> list(@Context RoutingContext context) {
        return cluster.all(context.response());
    }

    /** Returns one running channel. */
    @GET
    @Path("/{channel}")
    @Operation(summary = "Get a running channel")
    @Produces(MediaType.APPLICATION_JSON)
    public StreamView get(@PathParam("channel") String channel) {
        return cluster.view(find(channel));
    }

    /** Stops a channel and its continuous streams. The next request of a player starts it again. */
    @DELETE
    @Path("/{channel}")
    @Operation(summary = "Stop a channel", description = "The next request of a player starts it again.")
    @RunOnVirtualThread
    public void stop(@PathParam("channel") String channel) {
        if (!streams.stop(channel, StopReason.REQUESTED)) {
            throw notRunning();
        }
    }

    /** Returns the state changes of a running channel, until it stops. */
    @GET
    @Path("/{channel}/events")
    @Operation(
            summary = "Follow a channel",
            description =
                    "Server-Sent Events starting, playing, degraded, recovering and stopped; data is the state."
                            + " Also sent when the ladder changes. A slow client receives fewer events, each with the latest state.")
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
                        .map(cluster::view)
                        .map(view -> sse.newEventBuilder()
                                .name(view.condition())
                                .mediaType(MediaType.APPLICATION_JSON_TYPE)
                                .data(view)
                                .build()),
                sse,
                context);
    }

    /**
     * Returns the events of one client: the current state, then each change. Intermediate states are dropped while the
     * client is not ready.
     */
    static <T> Multi<T> latestStates(T subject, Multi<T> changes) {
        // Subscribe to the changes first, so that none is lost.
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
        return ProblemType.NOT_FOUND.with("the channel is not running").asException();
    }

    /**
     * Running channel, as returned by the API.
     *
     * @param condition starting, playing, degraded, recovering or stopped
     * @param source opening, receiving, pausing or closed
     * @param trouble latest failure of the source, until it is received again
     * @param noSignalSince time of the last picture while the source is away, and slates are published
     * @param viewers number of players and continuous streams
     * @param behindSeconds time since the oldest unpublished window was due
     * @param ladder why fewer renditions or frames are encoded than the complete ladder has, and which; absent if none are left out
     * @param droppedRungs renditions of the complete ladder that are currently not encoded
     * @param droppedRenditions total of renditions of windows that were not encoded for lack of capacity
     * @param gaps total of windows that were not encoded in time
     * @param filledSegments total of segments that hold the last picture, or are silent, because the media was missing
     * @param slateSeconds total time of slates
     * @param discardedFrames total of video frames of the source without a keyframe before them
     * @param renditions published renditions, highest first
     * @param windowSeconds duration of the published windows
     * @param windowBytes size of the published windows
     * @param member gateway that runs it; absent outside of a cluster
     */
    @Schema(name = "Stream")
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record StreamView(
            String channel,
            String name,
            String condition,
            String source,
            @Nullable TroubleView trouble,
            @Nullable Instant noSignalSince,
            Instant startedAt,
            int viewers,
            double behindSeconds,
            @Nullable String ladder,
            int droppedRungs,
            long droppedRenditions,
            long gaps,
            long filledSegments,
            double slateSeconds,
            long discardedFrames,
            List<RenditionView> renditions,
            double windowSeconds,
            long windowBytes,
            @Schema(examples = "gateway-0") @Nullable String member) {

        static StreamView of(LiveStream stream, @Nullable String member) {
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
                    stream.noSignalSince().orElse(null),
                    stream.startedAt,
                    stream.viewers.count(),
                    stream.behindSeconds(),
                    stream.ladder().reason().orElse(null),
                    stream.ladder().dropped(),
                    (long) stream.counters().droppedRenditions(),
                    (long) stream.counters().gaps(),
                    (long) stream.counters().filledSegments(),
                    stream.counters().slateSeconds(),
                    (long) stream.counters().discardedFrames(),
                    tracks.stream().map(RenditionView::of).toList(),
                    timeline.epochs().stream()
                                    .mapToInt(epoch -> epoch.windows().size())
                                    .sum()
                            * (double) SegmentTimeline.TARGET_DURATION,
                    stream.timeline.bytes(),
                    member);
        }
    }

    /** Failure of a source. */
    public record TroubleView(String code, String detail) {}

    /**
     * Published rendition.
     *
     * @param language of audio, a language tag (RFC 5646); absent if unknown
     * @param role of audio that is not main: description, hearing_impaired or effects
     * @param channels of audio, with that of low frequency effects
     */
    @JsonInclude(JsonInclude.Include.NON_DEFAULT)
    public record RenditionView(
            String name,
            String codec,
            int width,
            int height,
            double frameRate,
            @Nullable String language,
            @Nullable String role,
            int channels) {
        static RenditionView of(Track track) {
            Track.Audio audio = track.audio();
            AudioTrackInfo info = audio == null ? AudioTrackInfo.UNKNOWN : audio.info();
            return new RenditionView(
                    track.name(),
                    track.codec(),
                    track.width(),
                    track.height(),
                    Math.round(track.frameRate() * 1000) / 1000.0,
                    info.language().isEmpty() ? null : LanguageCode.tag(info.language()),
                    info.role() == AudioRole.MAIN ? null : info.role().name().toLowerCase(Locale.ROOT),
                    audio == null ? 0 : audio.channels());
        }
    }
}
