package io.xg2g.delivery;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.ext.web.RoutingContext;
import io.xg2g.channel.Channel;
import io.xg2g.channel.ChannelCatalog;
import io.xg2g.channel.LivePath;
import io.xg2g.channel.PlaybackMode;
import io.xg2g.channel.PlaybackPass;
import io.xg2g.channel.PlaybackPasses;
import io.xg2g.http.PublicUrl;
import io.xg2g.http.PublicUrls;
import io.xg2g.http.Roles;
import io.xg2g.problem.ProblemType;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** HTTP resource that issues playback URLs, which need no further credentials. */
@Path("/api/v1/channels/{id}/playback")
@RolesAllowed(Roles.VIEWER)
public class PlaybackResource {
    private final ChannelCatalog catalog;
    private final PlaybackPasses passes;
    private final PublicUrls urls;

    PlaybackResource(ChannelCatalog catalog, PlaybackPasses passes, PublicUrls urls) {
        this.catalog = catalog;
        this.passes = passes;
        this.urls = urls;
    }

    /** Issues the URLs of one playback. */
    @POST
    @Operation(
            summary = "Start a playback",
            description = "Returns URLs for a player that sends no headers. Until expiresAt every client may open"
                    + " them, afterwards only the client that requested them; open playbacks continue.")
    @Produces(MediaType.APPLICATION_JSON)
    @RunOnVirtualThread
    public RestResponse<PlaybackView> begin(
            @PathParam("id") String id,
            @QueryParam("mode")
                    @DefaultValue("adaptive")
                    @Parameter(schema = @Schema(enumeration = {"adaptive", "standard", "audio_proxy", "gpu", "audio"}))
                    String mode,
            @Context RoutingContext context) {
        PlaybackMode selected = PlaybackMode.find(mode)
                .orElseThrow(() -> ProblemType.INVALID_REQUEST
                        .with("mode is unknown; allowed: " + "adaptive, audio, " + PlaybackMode.TRANSPORT_STREAMS)
                        .asException());
        Channel channel = catalog.find(id).orElseThrow(() -> catalog.unknown(id));
        PlaybackPass pass = passes.address(context, channel.id(), selected);
        return RestResponse.ResponseBuilder.ok(
                        PlaybackView.of(channel.id(), selected, pass, urls.of(context.request())))
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .build();
    }

    /**
     * URLs of one playback.
     *
     * @param expiresAt time until which every client may open the URLs; absent if they need no token
     */
    @Schema(name = "Playback")
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record PlaybackView(
            String channel,
            String mode,
            @Nullable Instant expiresAt,
            @Nullable String hls,
            @Nullable String dash,
            @Nullable String ts,
            @Nullable String audio,
            String preview) {

        static PlaybackView of(String channel, PlaybackMode mode, PlaybackPass pass, PublicUrl publicUrl) {
            String base = publicUrl.path(LivePath.directory(channel));
            boolean adaptive = mode == PlaybackMode.ADAPTIVE;
            boolean audio = mode == PlaybackMode.AUDIO;
            return new PlaybackView(
                    channel,
                    mode.label(),
                    pass.expiresAt(),
                    adaptive ? pass.on(base + LivePath.MASTER) : null,
                    adaptive ? pass.on(base + LivePath.MANIFEST) : null,
                    adaptive || audio ? null : pass.on(base + LivePath.TRANSPORT_STREAM + "?mode=" + mode.label()),
                    audio ? pass.on(base + LivePath.AUDIO) : null,
                    pass.on(base + LivePath.PREVIEW));
        }
    }
}
