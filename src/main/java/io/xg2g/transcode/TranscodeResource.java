package io.xg2g.transcode;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.smallrye.mutiny.Multi;
import io.vertx.ext.web.RoutingContext;
import io.xg2g.dispatch.Dispatcher;
import io.xg2g.dispatch.TranscodeRequest;
import io.xg2g.dispatch.TranscodeResult;
import io.xg2g.ffmpeg.Profiles;
import io.xg2g.ffmpeg.Rendition;
import io.xg2g.ffmpeg.TranscodeUnit;
import io.xg2g.http.ByteRange;
import io.xg2g.http.ClientKeys;
import io.xg2g.http.EventStreams;
import io.xg2g.http.PublicUrl;
import io.xg2g.http.PublicUrls;
import io.xg2g.http.RequestHeaders;
import io.xg2g.http.ResponseEnd;
import io.xg2g.http.Roles;
import io.xg2g.problem.ProblemDetails;
import io.xg2g.problem.ProblemMapper;
import io.xg2g.problem.ProblemType;
import io.xg2g.process.WorkDirectory;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.EntityTag;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Request;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jboss.resteasy.reactive.PathPart;
import org.jspecify.annotations.Nullable;

/** Resource that transcodes uploaded media. */
@Path(TranscodeResource.PATH)
@RolesAllowed(Roles.OPERATOR)
public class TranscodeResource {
    static final String PATH = "/api/v1/transcodes";

    private static final String TOO_LARGE = """
        {"type":"urn:xg2g:problem:too-large","title":"The body is too large","status":413,\
        "detail":"body is 80.0 MB; the limit is 64.0 MB (xg2g.transcode.max-body)","code":"too-large"}\
        """;

    private final Profiles profiles;
    private final UploadPreparer preparer;
    private final WorkDirectory work;
    private final Dispatcher dispatcher;
    private final TranscodeJobs jobs;
    private final ClientKeys clients;
    private final PublicUrls urls;

    TranscodeResource(
            Profiles profiles,
            UploadPreparer preparer,
            WorkDirectory work,
            Dispatcher dispatcher,
            TranscodeJobs jobs,
            ClientKeys clients,
            PublicUrls urls) {
        this.profiles = profiles;
        this.preparer = preparer;
        this.work = work;
        this.dispatcher = dispatcher;
        this.jobs = jobs;
        this.clients = clients;
        this.urls = urls;
    }

    /** Transcodes the body; returns the result or, for an asynchronous request, its location. */
    @POST
    @RunOnVirtualThread
    @Operation(
            summary = "Transcode a clip",
            description =
                    "The body is the media; Content-Type is video/* or application/octet-stream."
                            + " Accept: video/mp4 or video/mp2t chooses the container."
                            + " With Prefer: respond-async the response is 202 at once, and its Location is the URL of the state.")
    @RequestBody(
            required = true,
            content = @Content(mediaType = "video/*", schema = @Schema(type = SchemaType.STRING, format = "binary")))
    @APIResponse(
            responseCode = "200",
            description = "The rendition; several come as multipart/mixed. Server-Timing has the wait and the run time",
            content = {
                @Content(mediaType = "video/mp2t"),
                @Content(mediaType = "video/mp4"),
                @Content(mediaType = "image/jpeg"),
                @Content(mediaType = "multipart/mixed")
            })
    @APIResponse(
            responseCode = "202",
            description = "Accepted; Location is the URL of the state",
            content = @Content(mediaType = "application/json", schema = @Schema(implementation = JobView.class)))
    @APIResponse(
            responseCode = "4XX",
            description = "The request is malformed, or its media is not supported",
            content =
                    @Content(
                            mediaType = "application/problem+json",
                            schema = @Schema(implementation = ProblemDetails.class),
                            examples = @ExampleObject(name = "too-large", value = TOO_LARGE)))
    @APIResponse(
            responseCode = "5XX",
            description = "No slot in time, or the encoder failed; a 503 has Retry-After",
            content =
                    @Content(
                            mediaType = "application/problem+json",
                            schema = @Schema(implementation = ProblemDetails.class)))
    public Response transcode(
            @QueryParam("profile")
                    @Parameter(
                            required = true,
                            description =
                                    "480p, 720p, 1080p, abr (these three), preview (one JPEG), or a configured one",
                            example = "720p")
                    @Nullable
                    String profile,
            @QueryParam("stream")
                    @Parameter(
                            description =
                                    "the stream that the clip belongs to; clips of a stream that is playing are dispatched before new requests",
                            example = "news")
                    @Nullable
                    String stream,
            @QueryParam("priority") @Parameter(description = "normal or preview", example = "normal") @Nullable
                    String priority,
            @Context HttpHeaders headers,
            @Context RoutingContext context,
            InputStream body) {
        ResponseEnd end = ResponseEnd.of(context);
        end.bodyPending();
        TranscodeOptions options = TranscodeOptions.of(
                profiles,
                profile,
                stream,
                priority,
                RequestHeaders.accept(headers),
                headers.getRequestHeader("Prefer"));
        String client = clients.of(context);
        preparer.check(options, client, RequestHeaders.contentType(headers), RequestHeaders.contentLength(headers));
        String id = UUID.randomUUID().toString();
        return options.respondAsync()
                ? begin(id, client, options, body, end, urls.of(context.request()))
                : await(id, client, options, body, end);
    }

    /** Handles a synchronous request. The end of the response also signals that the client has disconnected. */
    private Response await(String id, String client, TranscodeOptions options, InputStream body, ResponseEnd end) {
        RefCountedDirectory directory = RefCountedDirectory.in(work);
        directory.hold();
        end.then(() -> {
            dispatcher.cancel(id);
            directory.release();
        });
        try {
            TranscodeUnit unit = preparer.prepare(options, client, body, directory.path(), end);
            TranscodeRequest request = new TranscodeRequest(
                    id, client, options.stream(), options.priority(), unit, TranscodeRequest.Listener.NONE);
            CompletableFuture<TranscodeResult> result =
                    dispatcher.submit(request).subscribeAsCompletionStage();
            if (end.isOver()) {
                // The client disconnected before the request was submitted.
                dispatcher.cancel(id);
            }
            return switch (result.join()) {
                case TranscodeResult.Completed completed -> answer(completed);
                case TranscodeResult.Rejected rejected ->
                    throw ResultProblems.of(rejected).asException();
                case TranscodeResult.Failed failed ->
                    throw ResultProblems.of(failed.failure()).asException();
                case TranscodeResult.Cancelled _ -> throw UploadPreparer.clientLeft();
            };
        } finally {
            directory.release();
        }
    }

    private static Response answer(TranscodeResult.Completed completed) {
        String timing = String.format(
                Locale.ROOT,
                "queue;dur=%d, transcode;dur=%d",
                completed.waited().toMillis(),
                completed.ran().toMillis());
        List<Rendition> renditions = completed.renditions();
        if (renditions.size() == 1) {
            return Response.ok(whole(renditions.getFirst()))
                    .type(renditions.getFirst().contentType())
                    .header("Server-Timing", timing)
                    .build();
        }
        MultipartMixed parts = new MultipartMixed(UUID.randomUUID().toString(), renditions);
        StreamingOutput body = parts::writeTo;
        return Response.ok(body)
                .type(parts.contentType())
                .header(HttpHeaders.CONTENT_LENGTH, parts.length())
                .header("Server-Timing", timing)
                .build();
    }

    /** Handles an asynchronous request; returns as soon as it is queued. */
    private Response begin(
            String id, String client, TranscodeOptions options, InputStream body, ResponseEnd end, PublicUrl own) {
        RefCountedDirectory directory = RefCountedDirectory.in(work);
        TranscodeJob job;
        try {
            TranscodeUnit unit = preparer.prepare(options, client, body, directory.path(), end);
            job = jobs.add(id, client, options, directory);
            TranscodeRequest request =
                    new TranscodeRequest(id, client, options.stream(), options.priority(), unit, job);
            dispatcher.submit(request).subscribe().with(result -> {
                job.ended(result);
                Thread.startVirtualThread(() -> {
                    work.delete(unit.input());
                    jobs.sweep();
                });
            });
        } finally {
            directory.release();
        }
        if (job.state() instanceof JobState.Failed failed) {
            jobs.remove(job);
            throw failed.problem().asException();
        }
        return Response.accepted(view(job, own))
                .type(MediaType.APPLICATION_JSON)
                .header(HttpHeaders.LOCATION, own.path(PATH + "/" + id))
                .header("Preference-Applied", "respond-async")
                .build();
    }

    /** Returns the state, queue position, progress and results of an asynchronous transcode. */
    @GET
    @Path("/{id}")
    @Operation(summary = "State of an asynchronous transcode")
    @Produces(MediaType.APPLICATION_JSON)
    public JobView get(@PathParam("id") String id, @Context RoutingContext context) {
        return view(find(id), urls.of(context.request()));
    }

    /** Cancels an open transcode, or removes the results of an ended one. */
    @DELETE
    @Path("/{id}")
    @Operation(summary = "Cancel, or remove the results")
    @RunOnVirtualThread
    public void delete(@PathParam("id") String id) {
        TranscodeJob job = find(id);
        job.discardResult();
        if (!dispatcher.cancel(id)) {
            jobs.remove(job);
        }
    }

    /** Returns a rendition, or a single byte range of it. */
    @GET
    @Path("/{id}/renditions/{name}")
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
                    .with("the rendition was deleted from the work directory (xg2g.ffmpeg.work-dir) by another program")
                    .asException();
        }
        // Renditions are immutable and ids are not reused, so id and size form a strong validator.
        String tag = id + '-' + rendition.bytes();
        String etag = '"' + tag + '"';
        Response.@Nullable ResponseBuilder response = request.evaluatePreconditions(new EntityTag(tag));
        try {
            if (response == null) {
                response = ByteRange.requested(range, ifRange, etag, rendition.bytes())
                        .map(part -> partial(rendition, part))
                        .orElseGet(() -> Response.ok(whole(rendition)));
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

    /** Wraps the file, since the writer of files would apply the Range header itself. */
    private static PathPart whole(Rendition rendition) {
        return new PathPart(rendition.file(), 0, rendition.bytes());
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
    @Path("/{id}/events")
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
                                .data(JobView.of(job, event.state(), dispatcher.position(id), jobs, own))
                                .build()),
                sse,
                context);
    }

    private JobView view(TranscodeJob job, PublicUrl own) {
        return JobView.of(job, job.state(), dispatcher.position(job.id), jobs, own);
    }

    private TranscodeJob find(String id) {
        return jobs.find(id)
                .orElseThrow(() -> ProblemType.NOT_FOUND
                        .with("there is no transcode of this id; results are removed after xg2g.transcode.keep")
                        .asException());
    }
}
