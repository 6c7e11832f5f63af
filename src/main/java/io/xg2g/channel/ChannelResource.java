package io.xg2g.channel;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.quarkus.resteasy.reactive.jackson.CustomDeserialization;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.ext.web.RoutingContext;
import io.xg2g.http.PublicUrl;
import io.xg2g.http.PublicUrls;
import io.xg2g.http.Roles;
import io.xg2g.ingest.NetworkOptions;
import io.xg2g.ingest.Source;
import io.xg2g.problem.ProblemType;
import io.xg2g.problem.StrictJson;
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

/** HTTP resource of the channel catalog. */
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

    /** Returns all channels, or a page of them. */
    @GET
    @Path(PATH)
    @Operation(
            summary = "List channels",
            description = "All channels, or a page of them. X-Total-Count is the number of all matching channels; Link"
                    + " has the next page.")
    @APIResponse(
            responseCode = "200",
            content = @Content(schema = @Schema(type = SchemaType.ARRAY, implementation = ChannelView.class)))
    @Produces(MediaType.APPLICATION_JSON)
    @RunOnVirtualThread
    public Response list(
            @QueryParam("search") @Parameter(description = "part of the name or of the group") @Nullable String search,
            @QueryParam("offset") @Parameter(description = "number of channels to skip: 0 or more") @Nullable
                    String offset,
            @QueryParam("limit")
                    @Parameter(description = "maximum number of channels: 1 to 1000; default: all")
                    @Nullable
                    String limit,
            @Context RoutingContext context) {
        PublicUrl publicUrl = urls.of(context.request());
        ChannelPage page = ChannelPage.of(catalog.all(), search, offset, limit);
        Response.ResponseBuilder response = Response.ok(page.channels().stream()
                        .map(channel -> view(channel, publicUrl))
                        .toList())
                .header("X-Total-Count", page.total());
        page.next(publicUrl.path("/" + PATH))
                .ifPresent(next -> response.header("Link", "<" + next + ">; rel=\"next\""));
        return response.build();
    }

    /** Returns one channel. */
    @GET
    @Path(PATH + "/{id}")
    @Operation(summary = "Get a channel")
    @Produces(MediaType.APPLICATION_JSON)
    @RunOnVirtualThread
    public ChannelView get(@PathParam("id") String id, @Context RoutingContext context) {
        Channel channel = catalog.find(id).orElseThrow(() -> catalog.unknown(id));
        return view(channel, urls.of(context.request()));
    }

    /** Adds a channel and stores it. */
    @POST
    @Path(PATH)
    @RolesAllowed(Roles.OPERATOR)
    @Operation(
            summary = "Add a channel",
            description = "url is an http, https, rtsp, rtsps, rtmp, srt, udp or rtp URL that xg2g.source.allow allows."
                    + " Credentials are given as username and password, or percent-encoded in url; headers are"
                    + " sent to the host of url only. The channel persists across restarts; responses never"
                    + " contain its credentials and headers.")
    @APIResponse(responseCode = "201", description = "Added; Location is the URL of the channel")
    @APIResponse(responseCode = "403", description = "The address is not allowed: source-not-allowed")
    @APIResponse(responseCode = "409", description = "The id is in use")
    @Consumes(MediaType.APPLICATION_JSON)
    @CustomDeserialization(StrictJson.class)
    @Produces(MediaType.APPLICATION_JSON)
    @RunOnVirtualThread
    public Response add(@Nullable ChannelSpec spec, @Context RoutingContext context) {
        if (spec == null) {
            throw ProblemType.INVALID_REQUEST
                    .with("the body is empty; send a JSON object with id, name, group, logo, url, username, password,"
                            + " headers, rtspTransport and number")
                    .asException();
        }
        Channel channel = catalog.add(spec);
        PublicUrl publicUrl = urls.of(context.request());
        return Response.status(Response.Status.CREATED)
                .header(HttpHeaders.LOCATION, publicUrl.path("/" + PATH + "/" + channel.id()))
                .entity(view(channel, publicUrl))
                .build();
    }

    /** Removes a channel that was added by the API, and stops it if it is running. */
    @DELETE
    @Path(PATH + "/{id}")
    @RolesAllowed(Roles.OPERATOR)
    @Operation(summary = "Remove a channel that was added by the API")
    @RunOnVirtualThread
    public void remove(@PathParam("id") String id) {
        catalog.remove(id);
        streams.stop(id, StopReason.REQUESTED);
    }

    /** Returns the channels as a playlist for VLC, Kodi, Jellyfin, Plex and similar players. */
    @GET
    @Path("channels.m3u")
    @Operation(
            summary = "The channels as an M3U playlist",
            description =
                    "mode=standard, audio_proxy or gpu lists transport streams, mode=hls adaptive playlists. Players"
                            + " that send no headers use the parameter token with a list token, which the entries inherit.")
    @Produces("audio/x-mpegurl")
    @Cache(noStore = true)
    @RunOnVirtualThread
    public String m3u(
            @QueryParam("mode")
                    @DefaultValue("standard")
                    @Parameter(
                            schema = @Schema(enumeration = {"standard", "audio_proxy", "gpu", "hls"}),
                            description = "type of stream of the entries")
                    String mode,
            @Context RoutingContext context) {
        Optional<PlaybackMode> stream = PlaybackMode.findTransportStream(mode);
        if (stream.isEmpty() && !mode.equals("hls")) {
            throw ProblemType.INVALID_REQUEST
                    .with("mode is unknown; allowed: " + PlaybackMode.TRANSPORT_STREAMS + ", hls")
                    .asException();
        }
        String tail = stream.isPresent() ? LivePath.TRANSPORT_STREAM + "?mode=" + mode : LivePath.MASTER;
        PublicUrl publicUrl = urls.of(context.request());
        return M3u.write(catalog.all(), channel -> {
            PlaybackPass pass = passes.listed(context, channel.id(), stream.orElse(PlaybackMode.ADAPTIVE));
            return publicUrl.url(pass.on(LivePath.directory(channel.id()) + tail));
        });
    }

    private ChannelView view(Channel channel, PublicUrl publicUrl) {
        String base = publicUrl.path(LivePath.directory(channel.id()));
        return new ChannelView(
                channel.id(),
                channel.name(),
                channel.group(),
                channel.logo().map(URI::toString).orElse(null),
                channel.source().kind(),
                channel.source() instanceof Source.Network(URI uri, boolean _, NetworkOptions _)
                        ? Redaction.url(uri)
                        : null,
                channel.origin().name().toLowerCase(Locale.ROOT),
                streams.find(channel.id()).isPresent(),
                base + LivePath.MASTER,
                base + LivePath.MANIFEST,
                base + LivePath.TRANSPORT_STREAM,
                base + LivePath.PREVIEW);
    }

    /**
     * Channel, as returned by the API.
     *
     * @param source receiver, http, https, rtsp, rtsps, rtmp, rtmps, srt, udp, rtp, file or demo
     * @param url scheme, host and port of a network source
     * @param origin built_in, configuration, api or receiver
     * @param live whether the channel is running
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
