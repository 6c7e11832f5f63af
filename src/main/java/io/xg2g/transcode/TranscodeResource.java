package io.xg2g.transcode;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.ext.web.RoutingContext;
import io.xg2g.cluster.MemberRequests;
import io.xg2g.dispatch.Dispatcher;
import io.xg2g.dispatch.TranscodeRequest;
import io.xg2g.dispatch.TranscodeResult;
import io.xg2g.ffmpeg.Profiles;
import io.xg2g.ffmpeg.Rendition;
import io.xg2g.ffmpeg.TranscodeUnit;
import io.xg2g.http.ClientKeys;
import io.xg2g.http.PublicUrl;
import io.xg2g.http.PublicUrls;
import io.xg2g.http.RequestHeaders;
import io.xg2g.http.ResponseEnd;
import io.xg2g.http.Roles;
import io.xg2g.problem.ProblemDetails;
import io.xg2g.problem.ProblemType;
import io.xg2g.process.WorkDirectory;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.InputStream;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
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
        {"type":"urn:xg2g:problem:too-large","title":"Content Too Large","status":413,\
        "detail":"body is 80.0 MB; the limit is 64.0 MB (xg2g.transcode.max-body)","code":"too-large"}\
        """;

    private final Profiles profiles;
    private final UploadPreparer preparer;
    private final WorkDirectory work;
    private final Dispatcher dispatcher;
    private final TranscodeJobs jobs;
    private final JobIntake intake;
    private final JobPeers peers;
    private final JobSpec.Reader specs;
    private final ClientKeys clients;
    private final PublicUrls urls;

    TranscodeResource(
            Profiles profiles,
            UploadPreparer preparer,
            WorkDirectory work,
            Dispatcher dispatcher,
            TranscodeJobs jobs,
            JobIntake intake,
            JobPeers peers,
            JobSpec.Reader specs,
            ClientKeys clients,
            PublicUrls urls) {
        this.profiles = profiles;
        this.preparer = preparer;
        this.work = work;
        this.dispatcher = dispatcher;
        this.jobs = jobs;
        this.intake = intake;
        this.peers = peers;
        this.specs = specs;
        this.clients = clients;
        this.urls = urls;
    }

    /** Transcodes the body; returns the result or, for an asynchronous request, its location. */
    @POST
    @RunOnVirtualThread
    @Operation(
            summary = "Transcode a clip",
            description = "The body is the media; Content-Type is video/*, application/mp4, application/ogg,"
                    + " application/mxf or application/octet-stream."
                    + " Accept: video/mp4 or video/mp2t chooses the container."
                    + " With Prefer: respond-async the answer is 202 once the job is on disk, and its Location says where"
                    + " to ask. Idempotency-Key makes a repeated asynchronous request the same job. A JSON body names a"
                    + " source that is fetched instead; it has the parameters too, and is always asynchronous.")
    @Parameter(
            name = "Idempotency-Key",
            in = ParameterIn.HEADER,
            description = "1 to 255 visible characters, in quotes or not; for asynchronous requests",
            schema = @Schema(type = SchemaType.STRING))
    @RequestBody(
            required = true,
            content = {
                @Content(mediaType = "video/*", schema = @Schema(type = SchemaType.STRING, format = "binary")),
                @Content(mediaType = "application/json", schema = @Schema(implementation = JobSpec.class))
            })
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
                            description =
                                    "480p, 720p, 1080p, abr (these three), preview (one JPEG), or a configured one; required,"
                                            + " unless the body is JSON, which has the parameters as members",
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
            @QueryParam("callback")
                    @Parameter(description = "URL that is notified of the end of an asynchronous transcode")
                    @Nullable
                    String callback,
            @QueryParam("upload")
                    @Parameter(
                            description =
                                    "true uploads the renditions of an asynchronous transcode to the upload target",
                            example = "true")
                    @Nullable
                    String upload,
            @QueryParam("upload_path")
                    @Parameter(
                            description = "directory on the upload target; default: transcodes/ and the id",
                            example = "vod/news")
                    @Nullable
                    String uploadPath,
            @Context HttpHeaders headers,
            @Context RoutingContext context,
            InputStream body) {
        ResponseEnd end = ResponseEnd.of(context);
        end.bodyPending();
        if (JobSpec.isContent(RequestHeaders.contentType(headers))) {
            return fetch(headers, context, body, end);
        }
        TranscodeOptions options = TranscodeOptions.of(
                profiles,
                profile,
                stream,
                priority,
                RequestHeaders.accept(headers),
                headers.getRequestHeader("Prefer"));
        UploadOption uploaded = UploadOption.of(upload, uploadPath);
        String client = clients.of(context);
        if (options.respondAsync()) {
            JobSubmission submission = new JobSubmission(
                    options,
                    client,
                    urls.of(context.request()).url("").toString(),
                    null,
                    callback,
                    idempotencyKey(headers),
                    uploaded);
            preparer.checkJob(RequestHeaders.contentType(headers), RequestHeaders.contentLength(headers));
            return accepted(intake.accept(submission, body, RequestHeaders.contentLength(headers), end), context);
        }
        if (callback != null || uploaded != null) {
            throw ProblemType.INVALID_REQUEST
                    .with((callback != null ? "callback" : "upload")
                            + " is for asynchronous requests; send Prefer: respond-async")
                    .asException();
        }
        preparer.check(options, client, RequestHeaders.contentType(headers), RequestHeaders.contentLength(headers));
        return await(UUID.randomUUID().toString(), client, options, body, end);
    }

    /** Accepts a job whose input is fetched from a URL. */
    private Response fetch(HttpHeaders headers, RoutingContext context, InputStream body, ResponseEnd end) {
        JobSpec spec = specs.read(body);
        end.bodyTaken();
        if (!context.queryParams().isEmpty()) {
            throw ProblemType.INVALID_REQUEST
                    .with("a request with a JSON body has no query parameters; they are members of the body")
                    .asException();
        }
        TranscodeOptions options = TranscodeOptions.of(
                profiles,
                spec.profile(),
                spec.stream(),
                spec.priority(),
                RequestHeaders.accept(headers),
                List.of("respond-async"));
        preparer.checkAvailable();
        JobSubmission submission = new JobSubmission(
                options,
                clients.of(context),
                urls.of(context.request()).url("").toString(),
                spec.source(),
                spec.callback(),
                idempotencyKey(headers),
                UploadOption.of(spec.upload(), spec.uploadPath()));
        return accepted(intake.accept(submission), context);
    }

    private static @Nullable String idempotencyKey(HttpHeaders headers) {
        return IdempotencyKeys.parse(headers.getRequestHeader("Idempotency-Key"));
    }

    private Response accepted(AcceptedJob accepted, RoutingContext context) {
        PublicUrl own = urls.of(context.request());
        JobView view = switch (accepted) {
            case AcceptedJob.Here(TranscodeJob job) ->
                JobView.of(job, job.state(), dispatcher.position(job.id), jobs, own::path);
            case AcceptedJob.Elsewhere(JobView job) -> job;
        };
        return Response.accepted(view)
                .type(MediaType.APPLICATION_JSON)
                .header(HttpHeaders.LOCATION, own.path(PATH + "/" + view.id()))
                .header("Preference-Applied", "respond-async")
                .build();
    }

    /** Returns the asynchronous transcodes, the newest first, in pages. */
    @GET
    @Operation(
            summary = "List asynchronous transcodes",
            description = "The newest first, in pages: next is the URL of the next page, and absent on the last one."
                    + " In a cluster those of all gateways; missingMembers, and the header X-Missing-Members, name gateways"
                    + " that do not answer, whose transcodes are missing.")
    @Produces(MediaType.APPLICATION_JSON)
    @RunOnVirtualThread
    public JobPage list(
            @QueryParam("state")
                    @Parameter(
                            description = "queued, running, completed, failed, dead or cancelled; default: all",
                            example = "dead")
                    @Nullable
                    String state,
            @QueryParam("limit") @Parameter(description = "1 to 1000; default: 100", example = "100") @Nullable
                    String limit,
            @QueryParam("cursor") @Parameter(description = "that of next in the page before") @Nullable String cursor,
            @Context RoutingContext context) {
        JobPage page = peers.list(JobPage.Query.of(state, limit, cursor), urls.of(context.request()));
        MemberRequests.addMissing(page.missingMembers(), context.response());
        return page;
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

    /** Wraps the file, since the writer of files would apply the Range header itself. */
    static PathPart whole(Rendition rendition) {
        return new PathPart(rendition.file(), 0, rendition.bytes());
    }
}
