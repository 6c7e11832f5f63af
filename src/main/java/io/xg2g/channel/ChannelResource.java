package io.xg2g.channel;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.ext.web.RoutingContext;
import io.xg2g.http.PublicUrl;
import io.xg2g.http.PublicUrls;
import io.xg2g.http.Roles;
import io.xg2g.ingest.Source;
import io.xg2g.problem.ProblemType;
import io.xg2g.redaction.Redaction;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
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
import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jboss.resteasy.reactive.Cache;
import org.jspecify.annotations.Nullable;

/** What can be watched. */
@Path("/")
@RolesAllowed(Roles.VIEWER)
public class ChannelResource {
    private static final String PATH = "api/v1/channels";

    private final ChannelCatalog catalog;
    private final LiveStreams streams;
    private final PlaybackPasses passes;
    private final PublicUrls urls;

    ChannelResource(ChannelCatalog catalog, LiveStreams streams, PlaybackPasses passes, PublicUrls urls) {
        this.catalog = catalog;
        this.streams = streams;
        this.passes = passes;
        this.urls = urls;
    }

    /** The channels: configured, added, and those of the receivers. */
    @GET
    @Path(PATH)
    @Operation(
            summary = "What can be watched",
            description = "All channels, or a page of them: X-Total-Count says how many there are, and Link has the"
                    + " next page.")
    @APIResponse(
            responseCode = "200",
            content = @Content(schema = @Schema(type = SchemaType.ARRAY, implementation = ChannelView.class)))
    @Produces(MediaType.APPLICATION_JSON)
    @RunOnVirtualThread
    public Response list(
            @QueryParam("search") @Parameter(description = "a part of the name or of the group") @Nullable
                    String search,
            @QueryParam("offset") @Parameter(description = "how many are left out: 0 or more") @Nullable String offset,
            @QueryParam("limit")
                    @Parameter(description = "how many are listed: 1 to 1000; all where it is left out")
                    @Nullable
                    String limit,
            @Context RoutingContext context) {
        PublicUrl own = urls.of(context.request());
        ChannelPage page = ChannelPage.of(catalog.all(), search, offset, limit);
        Response.ResponseBuilder response = Response.ok(page.channels().stream()
                        .map(channel -> view(channel, own))
                        .toList())
                .header("X-Total-Count", page.total());
        page.next(own.path("/" + PATH)).ifPresent(next -> response.header("Link", "<" + next + ">; rel=\"next\""));
        return response.build();
    }

    /** One channel. */
    @GET
    @Path(PATH + "/{id}")
    @Operation(summary = "One channel")
    @Produces(MediaType.APPLICATION_JSON)
    @RunOnVirtualThread
    public ChannelView get(@PathParam("id") String id, @Context RoutingContext context) {
        Channel channel = catalog.find(id).orElseThrow(() -> ChannelCatalog.unknown(id));
        return view(channel, urls.of(context.request()));
    }

    /** Adds a channel; it is kept across restarts. */
    @POST
    @Path(PATH)
    @RolesAllowed(Roles.OPERATOR)
    @Operation(
            summary = "Add a channel",
            description =
                    "url is an http, https, rtsp, rtsps, srt or udp URL that xg2g.source.allow allows. Its credentials"
                            + " are given as username and password, or percent-encoded in it. The channel is kept across"
                            + " restarts; no answer repeats its credentials.")
    @APIResponse(responseCode = "201", description = "Added; Location is the channel")
    @APIResponse(responseCode = "403", description = "The address is not allowed: source-not-allowed")
    @APIResponse(responseCode = "409", description = "The id is taken")
    @Consumes(MediaType.APPLICATION_JSON)
    @Produces(MediaType.APPLICATION_JSON)
    @RunOnVirtualThread
    public Response add(@Nullable ChannelSpec spec, @Context RoutingContext context) {
        if (spec == null) {
            throw ProblemType.INVALID_REQUEST
                    .with(
                            "the body is empty; send a JSON object with id, name, group, logo, url, username and password")
                    .asException();
        }
        Channel channel = catalog.add(spec);
        PublicUrl own = urls.of(context.request());
        return Response.status(Response.Status.CREATED)
                .header(HttpHeaders.LOCATION, own.path("/" + PATH + "/" + channel.id()))
                .entity(view(channel, own))
                .build();
    }

    /** Removes a channel that was added, and stops it if it plays. */
    @DELETE
    @Path(PATH + "/{id}")
    @RolesAllowed(Roles.OPERATOR)
    @Operation(summary = "Remove a channel that was added by the API")
    @RunOnVirtualThread
    public void remove(@PathParam("id") String id) {
        catalog.remove(id);
        streams.stop(id);
    }

    /** The channels as a playlist for VLC, Kodi, Jellyfin, Plex and the like. */
    @GET
    @Path("channels.m3u")
    @Operation(
            summary = "The channels as an M3U playlist",
            description =
                    "mode=standard, audio_proxy or gpu gives transport streams, mode=hls adaptive playlists. Players"
                            + " that send no header take token, a list token; their entries carry it on.")
    @Produces("audio/x-mpegurl")
    @Cache(noStore = true)
    @RunOnVirtualThread
    public String m3u(
            @QueryParam("mode")
                    @DefaultValue("standard")
                    @Parameter(
                            schema = @Schema(enumeration = {"standard", "audio_proxy", "gpu", "hls"}),
                            description = "what the entries lead to")
                    String mode,
            @Context RoutingContext context) {
        Optional<PlaybackMode> stream = PlaybackMode.findTransportStream(mode);
        if (stream.isEmpty() && !mode.equals("hls")) {
            throw ProblemType.INVALID_REQUEST
                    .with("mode is not known; allowed: " + PlaybackMode.TRANSPORT_STREAMS + ", hls")
                    .asException();
        }
        String tail = stream.isPresent() ? LivePath.TRANSPORT_STREAM + "?mode=" + mode : LivePath.MASTER;
        PublicUrl own = urls.of(context.request());
        return M3u.write(catalog.all(), channel -> {
            PlaybackPass pass = passes.listed(context, channel.id(), stream.orElse(PlaybackMode.ADAPTIVE));
            return own.url(pass.on(LivePath.directory(channel.id()) + tail));
        });
    }

    private ChannelView view(Channel channel, PublicUrl own) {
        String base = own.path(LivePath.directory(channel.id()));
        return new ChannelView(
                channel.id(),
                channel.name(),
                channel.group(),
                channel.logo().map(URI::toString).orElse(null),
                channel.source().kind(),
                channel.source() instanceof Source.Network(URI uri, boolean _) ? Redaction.url(uri) : null,
                channel.origin().name().toLowerCase(Locale.ROOT),
                streams.find(channel.id()).isPresent(),
                base + LivePath.MASTER,
                base + LivePath.MANIFEST,
                base + LivePath.TRANSPORT_STREAM,
                base + LivePath.PREVIEW);
    }

    /**
     * A channel.
     *
     * @param source receiver, http, https, rtsp, rtsps, srt, udp, file or demo
     * @param url scheme, host and port of a network source
     * @param origin built_in, configuration, api or receiver
     * @param live whether it plays now
     */
    @Schema(name = "Channel")
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record ChannelView(
            String id,
            String name,
            String group,
            @Nullable String logo,
            String source,
            @Nullable String url,
            String origin,
            boolean live,
            String hls,
            String dash,
            String ts,
            String preview) {}
}
