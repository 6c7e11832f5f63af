package io.xg2g.delivery;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.xg2g.channel.ChannelCatalog;
import io.xg2g.channel.LivePath;
import io.xg2g.channel.LiveStreams;
import io.xg2g.ffmpeg.Profiles;
import io.xg2g.http.Roles;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.HEAD;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;

/**
 * HEAD requests for what {@link LiveResource} serves. Players and receivers send them to find out the type; they do not start
 * the channel, because receivers have few tuners.
 */
@Path(LivePath.ROOT + "{channel}")
@RolesAllowed(Roles.VIEWER)
public class LiveHeads {
    private final ChannelCatalog catalog;
    private final LiveStreams streams;
    private final Profiles profiles;

    LiveHeads(ChannelCatalog catalog, LiveStreams streams, Profiles profiles) {
        this.catalog = catalog;
        this.streams = streams;
        this.profiles = profiles;
    }

    @HEAD
    @Path(LivePath.MASTER)
    @Operation(hidden = true)
    @RunOnVirtualThread
    public Response master(@PathParam("channel") String id) {
        return head(id, LiveResource.PLAYLIST);
    }

    @HEAD
    @Path(LivePath.MANIFEST)
    @Operation(hidden = true)
    @RunOnVirtualThread
    public Response manifest(@PathParam("channel") String id) {
        return head(id, LiveResource.MANIFEST);
    }

    @HEAD
    @Path("{rendition}/" + LivePath.MEDIA_PLAYLIST)
    @Operation(hidden = true)
    @RunOnVirtualThread
    public Response media(@PathParam("channel") String id, @PathParam("rendition") String rendition) {
        // A channel that is starting does not know its audio tracks yet.
        streams.find(id)
                .filter(stream -> !stream.timeline.early().isEmpty())
                .ifPresent(stream -> RenditionNames.require(stream.timeline, profiles, rendition));
        return head(id, LiveResource.PLAYLIST);
    }

    @HEAD
    @Path(LivePath.TRANSPORT_STREAM)
    @Operation(hidden = true)
    @RunOnVirtualThread
    public Response ts(@PathParam("channel") String id, @QueryParam("mode") @DefaultValue("standard") String mode) {
        LiveResource.mode(mode);
        return head(id, LiveResource.TRANSPORT_STREAM);
    }

    @HEAD
    @Path(LivePath.AUDIO)
    @Operation(hidden = true)
    @RunOnVirtualThread
    public Response audio(@PathParam("channel") String id) {
        return head(id, LiveResource.ADTS);
    }

    private Response head(String id, String type) {
        if (catalog.find(id).isEmpty()) {
            throw catalog.unknown(id);
        }
        return Response.ok()
                .type(type)
                .header(HttpHeaders.CACHE_CONTROL, LiveResource.NO_STORE)
                .build();
    }
}
