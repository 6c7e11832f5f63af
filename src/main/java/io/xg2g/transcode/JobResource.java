package io.xg2g.transcode;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.smallrye.mutiny.Multi;
import io.vertx.ext.web.RoutingContext;
import io.xg2g.dispatch.Dispatcher;
import io.xg2g.ffmpeg.Rendition;
import io.xg2g.http.ByteRange;
import io.xg2g.http.EventStreams;
import io.xg2g.http.PublicUrl;
import io.xg2g.http.PublicUrls;
import io.xg2g.http.ResponseEnd;
import io.xg2g.http.Roles;
import io.xg2g.problem.ProblemMapper;
import io.xg2g.problem.ProblemType;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.EntityTag;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Request;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.nio.file.Files;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jboss.resteasy.reactive.PathPart;
import org.jspecify.annotations.Nullable;

/** Resource of one asynchronous transcode: its state, events and results. */
@Path(TranscodeResource.PATH + "/{id}")
@RolesAllowed(Roles.OPERATOR)
public class JobResource {
    private final Dispatcher dispatcher;
    private final TranscodeJobs jobs;
    private final JobLifecycle lifecycle;
    private final PublicUrls urls;

    JobResource(Dispatcher dispatcher, TranscodeJobs jobs, JobLifecycle lifecycle, PublicUrls urls) {
        this.dispatcher = dispatcher;
        this.jobs = jobs;
        this.lifecycle = lifecycle;
        this.urls = urls;
    }

    /** Returns the state, queue position, progress and results of an asynchronous transcode. */
    @GET
    @Operation(summary = "State of an asynchronous transcode")
    @Produces(MediaType.APPLICATION_JSON)
    public JobView get(@PathParam("id") String id, @Context RoutingContext context) {
        return view(find(id), urls.of(context.request()));
    }

    /** Cancels an open transcode, or removes the results of an ended one. */
    @DELETE
    @Operation(summary = "Cancel, or remove the results")
    @RunOnVirtualThread
    public void delete(@PathParam("id") String id) {
        TranscodeJob job = find(id);
        boolean gone = false;
        while (!gone) {
            // Between the two it may be put back.
            gone = lifecycle.cancel(job) || jobs.remove(job);
        }
    }

    /** Puts a failed or dead transcode back into the queue. */
    @POST
    @Path("/retry")
    @Operation(
            summary = "Retry a failed or dead transcode",
            description =
                    "It has all attempts before it again. A completed one whose upload has failed is uploaded again.")
    @APIResponse(responseCode = "202", description = "Queued again; Location is where to ask")
    @APIResponse(responseCode = "409", description = "It has not failed")
    @Produces(MediaType.APPLICATION_JSON)
    @RunOnVirtualThread
    public Response retry(@PathParam("id") String id, @Context RoutingContext context) {
        TranscodeJob job = find(id);
        lifecycle.retry(job);
        PublicUrl own = urls.of(context.request());
        return Response.accepted(view(job, own))
                .header(HttpHeaders.LOCATION, own.path(TranscodeResource.PATH + "/" + id))
                .build();
    }

    /** Returns a rendition, or a single byte range of it. */
    @GET
    @Path("/renditions/{name}")
    @Operation(summary = "Bytes of a finished rendition", description = "A single byte range works.")
    @APIResponse(responseCode = "200", content = @Content(mediaType = "video/*"))
    @APIResponse(responseCode = "206", content = @Content(mediaType = "video/*"))
    public Response rendition(
            @PathParam("id") String id,
            @PathParam("name") String name,
            @HeaderParam("Range") @Nullable String range,
            @HeaderParam("If-Range") @Nullable String ifRange,
            @Context Request request,
            @Context RoutingContext context) {
        TranscodeJob job = find(id);
        Rendition rendition = job.rendition(name)
                .filter(_ -> job.directory.hold())
                .orElseThrow(() -> ProblemType.NOT_FOUND
                        .with("the transcode is " + job.state().label() + " and has no rendition of this name")
                        .asException());
        ResponseEnd.of(context).then(job.directory::release);
        if (!Files.exists(rendition.file())) {
            throw ProblemType.NOT_FOUND
                    .with("the rendition was deleted from the data directory (xg2g.data-dir) by another program")
                    .asException();
        }
        // Renditions are immutable and ids are not reused, so id and size form a strong validator.
        String tag = id + '-' + rendition.bytes();
        String etag = '"' + tag + '"';
        Response.@Nullable ResponseBuilder response = request.evaluatePreconditions(new EntityTag(tag));
        try {
            if (response == null) {
                // RFC 9110, section 14.2: a range is of GET requests only.
                String wanted = request.getMethod().equals(HttpMethod.GET) ? range : null;
                response = ByteRange.requested(wanted, ifRange, etag, rendition.bytes())
                        .map(part -> partial(rendition, part))
                        .orElseGet(() -> Response.ok(TranscodeResource.whole(rendition)));
            }
        } catch (ByteRange.Unsatisfiable outside) {
            return unsatisfiable(rendition);
        }
        return response.type(rendition.contentType())
                .header(HttpHeaders.CACHE_CONTROL, "private, max-age=3600, immutable")
                .header("Accept-Ranges", "bytes")
                .header(HttpHeaders.ETAG, etag)
                .build();
    }

    private static Response.ResponseBuilder partial(Rendition rendition, ByteRange part) {
        return Response.status(Response.Status.PARTIAL_CONTENT)
                .header("Content-Range", part.contentRange(rendition.bytes()))
                .entity(new PathPart(rendition.file(), part.first(), part.length()));
    }

    private static Response unsatisfiable(Rendition rendition) {
        return ProblemMapper.response(ProblemType.RANGE_NOT_SATISFIABLE.with(
                        "the range begins behind the end; the rendition has " + rendition.bytes() + " bytes"))
                .header("Content-Range", "bytes */" + rendition.bytes())
                .build();
    }

    /** Streams the events of an asynchronous transcode. */
    @GET
    @Path("/events")
    @Operation(
            summary = "Follow an asynchronous transcode",
            description = "Server-Sent Events queued, started, progress and finished; data is the state as JSON."
                    + " A slow client receives fewer progress events.")
    @APIResponse(
            responseCode = "200",
            content =
                    @Content(
                            mediaType = MediaType.SERVER_SENT_EVENTS,
                            schema = @Schema(implementation = JobView.class)))
    @Produces(MediaType.SERVER_SENT_EVENTS)
    public Multi<OutboundSseEvent> events(
            @PathParam("id") String id, @Context Sse sse, @Context RoutingContext context) {
        TranscodeJob job = find(id);
        PublicUrl own = urls.of(context.request());
        return EventStreams.withComments(
                job.events()
                        .map(event -> sse.newEventBuilder()
                                .name(event.name())
                                .mediaType(MediaType.APPLICATION_JSON_TYPE)
                                .data(JobView.of(job, event.state(), dispatcher.position(id), jobs, own::path))
                                .build()),
                sse,
                context);
    }

    private JobView view(TranscodeJob job, PublicUrl own) {
        return JobView.of(job, job.state(), dispatcher.position(job.id), jobs, own::path);
    }

    private TranscodeJob find(String id) {
        return jobs.find(id)
                .orElseThrow(() -> ProblemType.NOT_FOUND
                        .with(
                                "there is no transcode of this id; results are removed after xg2g.transcode.keep, failed ones after"
                                        + " xg2g.transcode.keep-failed")
                        .asException());
    }
}
