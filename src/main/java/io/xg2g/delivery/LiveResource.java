package io.xg2g.delivery;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.ext.web.RoutingContext;
import io.xg2g.channel.Broadcast;
import io.xg2g.channel.LivePath;
import io.xg2g.channel.LiveSettings;
import io.xg2g.channel.LiveStream;
import io.xg2g.channel.LiveStreams;
import io.xg2g.channel.PlaybackMode;
import io.xg2g.channel.PlaybackPasses;
import io.xg2g.channel.Viewers;
import io.xg2g.ffmpeg.Profiles;
import io.xg2g.http.ClientAddresses;
import io.xg2g.http.ClientKeys;
import io.xg2g.http.ResponseEnd;
import io.xg2g.http.Roles;
import io.xg2g.ingest.SourceException;
import io.xg2g.media.AudioTrackInfo;
import io.xg2g.media.StreamPreferences;
import io.xg2g.media.TsAudioFilter;
import io.xg2g.packaging.AudioTracks;
import io.xg2g.packaging.EncodedWindow;
import io.xg2g.packaging.Preview;
import io.xg2g.packaging.SegmentTimeline;
import io.xg2g.packaging.Timeline;
import io.xg2g.packaging.Track;
import io.xg2g.problem.ProblemType;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jspecify.annotations.Nullable;

/**
 * HTTP resource of a channel's playlists, manifest, continuous streams and preview. The first request starts the
 * channel.
 */
@Path(LivePath.ROOT + "{channel}")
@RolesAllowed(Roles.VIEWER)
public class LiveResource {
    static final String PLAYLIST = "application/vnd.apple.mpegurl";
    static final String MANIFEST = "application/dash+xml";
    static final String TRANSPORT_STREAM = "video/mp2t";
    static final String ADTS = "audio/aac";
    static final String NO_STORE = "no-store";

    /** {@code Retry-After} of a refusal for lack of capacity. */
    private static final Duration RETRY_AFTER = Duration.ofSeconds(10);

    private final LiveStreams streams;
    private final LiveSettings settings;
    private final PlaybackPasses passes;
    private final ClientAddresses addresses;
    private final ClientKeys keys;
    private final ClientStreams clients;
    private final Profiles profiles;

    LiveResource(
            LiveStreams streams,
            LiveSettings settings,
            PlaybackPasses passes,
            ClientAddresses addresses,
            ClientKeys keys,
            ClientStreams clients,
            Profiles profiles) {
        this.keys = keys;
        this.clients = clients;
        this.profiles = profiles;
        this.streams = streams;
        this.settings = settings;
        this.passes = passes;
        this.addresses = addresses;
    }

    /** Returns the HLS multivariant playlist. */
    @GET
    @Path(LivePath.MASTER)
    @Operation(summary = "HLS master playlist", description = "Starts the channel if it does not run.")
    @APIResponse(responseCode = "200", content = @Content(mediaType = PLAYLIST))
    @RunOnVirtualThread
    public Response master(@PathParam("channel") String id, @Context RoutingContext context)
            throws InterruptedException {
        LiveStream stream = open(id, context);
        Timeline timeline = requirePlayable(stream, stream.firstEarlyWindow());
        return uncached(HlsPlaylists.master(timeline, stream.channel.name(), passes.links(context, id)), PLAYLIST);
    }

    /** Returns the DASH manifest. */
    @GET
    @Path(LivePath.MANIFEST)
    @Operation(
            summary = "DASH manifest",
            description = "Starts the channel if it does not run. Players request updates from its Location, whose"
                    + " parameters keep the times and the periods of their playback.")
    @APIResponse(responseCode = "200", content = @Content(mediaType = MANIFEST))
    @RunOnVirtualThread
    public Response manifest(
            @PathParam("channel") String id,
            @QueryParam(DashManifest.START)
                    @Parameter(description = "Start of the playback, in milliseconds since 1970")
                    @Nullable
                    Long start,
            @QueryParam(DashManifest.PERIODS) @Parameter(description = "Periods that the player has") @Nullable
                    String periods,
            @Context RoutingContext context)
            throws InterruptedException {
        DashPlayback playback =
                DashPlayback.of(start, periods, context.request().getHeader(HttpHeaders.USER_AGENT));
        LiveStream stream = open(id, context);
        Timeline timeline = requirePlayable(stream, stream.firstWindows());
        if (timeline.isAllGaps()) {
            throw starting(stream);
        }
        return uncached(
                DashManifest.write(timeline, Instant.now(), settings.window(), passes.links(context, id), playback),
                MANIFEST);
    }

    /** Returns the HLS media playlist of a rendition. */
    @GET
    @Path("{rendition}/" + LivePath.MEDIA_PLAYLIST)
    @Operation(
            summary = "HLS media playlist of a rendition",
            description = "With _HLS_msn the response waits until the segment of that media sequence number exists.")
    @APIResponse(responseCode = "200", content = @Content(mediaType = PLAYLIST))
    @RunOnVirtualThread
    public Response media(
            @PathParam("channel") String id,
            @PathParam("rendition") String rendition,
            @QueryParam("_HLS_msn") @Nullable Long number,
            @Context RoutingContext context)
            throws InterruptedException {
        LiveStream stream = open(id, context);
        boolean early = rendition.equals(EncodedWindow.PASSTHROUGH) || AudioTracks.isAudio(rendition);
        Timeline timeline = requirePlayable(stream, early ? stream.firstEarlyWindow() : stream.firstWindows());
        if (number != null) {
            long latest = SegmentTimeline.last(timeline);
            if (number > latest + 2) {
                throw ProblemType.INVALID_REQUEST
                        .with("_HLS_msn is " + number + "; the latest segment is " + latest + "; allowed: up to 2 more")
                        .asException();
            }
            timeline = requirePlayable(stream, early ? stream.awaitEarly(number) : stream.await(number));
        }
        Track track = RenditionNames.require(stream.timeline, profiles, rendition);
        return uncached(HlsPlaylists.media(timeline, track, passes.links(context, id)), PLAYLIST);
    }

    /** Returns the preview image of a running channel. */
    @GET
    @Path(LivePath.PREVIEW)
    @Operation(
            summary = "Preview image",
            description = "Of a running channel. Does not start the channel, because receivers have few tuners.")
    @APIResponse(responseCode = "200", content = @Content(mediaType = "image/jpeg"))
    @RunOnVirtualThread
    public Response preview(@PathParam("channel") String id) {
        LiveStream stream = streams.find(id).orElseThrow(() -> notFound("preview; the channel is not running"));
        Preview.Image image = stream.preview()
                .orElseThrow(() -> ProblemType.NOT_FOUND
                        .with("the channel has no preview image yet")
                        .asException());
        long age = Duration.ofNanos(System.nanoTime() - image.madeAt()).toSeconds();
        return Response.ok(image.jpeg())
                .type("image/jpeg")
                .header(
                        HttpHeaders.CACHE_CONTROL,
                        (passes.areFree() ? "" : "private, ") + "max-age="
                                + settings.previewInterval().toSeconds())
                .header("Age", age)
                .build();
    }

    /** Returns a continuous MPEG-TS. */
    @GET
    @Path(LivePath.TRANSPORT_STREAM)
    @Operation(
            summary = "Continuous MPEG transport stream",
            description = "standard: the source's bytes; audio_proxy: the source's video with AAC-LC audio;"
                    + " gpu: the highest rendition up to height. With audio, one audio track only: that of a language"
                    + " (deu, de), or of a rendition's name (audio-deu-ad).")
    @APIResponse(
            responseCode = "200",
            content =
                    @Content(
                            mediaType = TRANSPORT_STREAM,
                            schema = @Schema(type = SchemaType.STRING, format = "binary")))
    @RunOnVirtualThread
    public Response ts(
            @PathParam("channel") String id,
            @QueryParam("mode")
                    @DefaultValue("standard")
                    @Parameter(schema = @Schema(enumeration = {"standard", "audio_proxy", "gpu"}))
                    String mode,
            @QueryParam("height") @Nullable Integer height,
            @QueryParam("audio") @Parameter(description = "Language or name of one audio track") @Nullable String audio,
            @Context RoutingContext context)
            throws InterruptedException {
        PlaybackMode selected = mode(mode);
        if (height != null && (selected != PlaybackMode.GPU || height < 64 || height > 4320)) {
            throw ProblemType.INVALID_REQUEST
                    .with("height is " + height + " with mode " + mode + "; allowed: 64 to 4320, with mode gpu")
                    .asException();
        }
        checkAudio("audio", audio);
        ResponseEnd end = clients.admit(keys.of(context), context);
        LiveStream stream = streams.open(id);
        Optional<AudioTracks.Named> track = find(stream, audio);
        if (selected == PlaybackMode.GPU) {
            Optional<AudioTrackInfo> wanted = track.map(AudioTracks.Named::info);
            return renditions(stream, height == null ? Integer.MAX_VALUE : height, wanted, context, end);
        }
        boolean raw = selected == PlaybackMode.STANDARD;
        StreamPreferences source = settings.streamPreferences(stream.channel);
        StreamPreferences preferences = raw ? source : source.ofAnyProgram();
        UnaryOperator<byte[]> filter = track.<UnaryOperator<byte[]>>map(
                        found -> TsAudioFilter.of(found.info(), preferences)::filter)
                .orElse(UnaryOperator.identity());
        return continuous(stream, raw ? stream.raw : stream.proxied, filter, TRANSPORT_STREAM, context, end);
    }

    /** Returns the mode of a transport stream; rejects an unknown one. */
    static PlaybackMode mode(String name) {
        return PlaybackMode.findTransportStream(name)
                .orElseThrow(() -> ProblemType.INVALID_REQUEST
                        .with("mode is unknown; allowed: " + PlaybackMode.TRANSPORT_STREAMS)
                        .asException());
    }

    /** Rejects what is neither a language nor the name of a rendition. */
    private static void checkAudio(String parameter, @Nullable String wanted) {
        if (wanted != null && !wanted.matches("[A-Za-z0-9-]{2,64}")) {
            throw ProblemType.INVALID_REQUEST
                    .with(parameter + " is invalid; allowed: a language (deu, de), or the name of an audio rendition")
                    .asException();
        }
    }

    /** Returns the audio track that a client names; waits until the source's tracks are known. Empty if it names none. */
    private Optional<AudioTracks.Named> find(LiveStream stream, @Nullable String wanted) throws InterruptedException {
        if (wanted == null) {
            return Optional.empty();
        }
        AudioTracks tracks = tracks(stream).orElseThrow(() -> starting(stream));
        refuseStopped(stream);
        return Optional.of(tracks.find(wanted)
                .orElseThrow(() -> notFound("audio «" + wanted + "»; the channel has "
                        + (tracks.all().isEmpty() ? "no audio" : tracks.description()))));
    }

    /** Waits for the tracks as a viewer, without which the channel would be stopped. */
    private Optional<AudioTracks> tracks(LiveStream stream) throws InterruptedException {
        stream.viewers.streamStarted(false);
        try {
            return stream.startWait.until(stream.audio::awaitTracks, Optional::isEmpty);
        } finally {
            stream.viewers.streamEnded(false);
        }
    }

    private Response renditions(
            LiveStream stream, int height, Optional<AudioTrackInfo> audio, RoutingContext context, ResponseEnd end)
            throws InterruptedException {
        stream.requestRenditions(LivePath.TRANSPORT_STREAM);
        Timeline timeline = requirePlayable(stream, stream.firstWindows());
        if (timeline.newest().tracks().stream().noneMatch(RenditionWriter::carries)) {
            throw ProblemType.UNSUPPORTED_MEDIA
                    .with("the channel has no rendition in H.264 or HEVC; use mode standard or audio_proxy")
                    .asException();
        }
        RenditionStream body = new RenditionStream(stream, height, audio, context);
        end.then(body::end);
        end.onFinish(body::end);
        return uncached(body, TRANSPORT_STREAM);
    }

    /** Returns the audio as a continuous ADTS stream. */
    @GET
    @Path(LivePath.AUDIO)
    @Operation(
            summary = "Audio only, AAC-LC in ADTS",
            description = "With lang, the track of a language (deu, de), or of a rendition's name (audio-deu-ad).")
    @APIResponse(responseCode = "200", content = @Content(mediaType = ADTS))
    @RunOnVirtualThread
    public Response audio(
            @PathParam("channel") String id,
            @QueryParam("lang") @Parameter(description = "Language or name of the track") @Nullable String language,
            @Context RoutingContext context)
            throws InterruptedException {
        checkAudio("lang", language);
        ResponseEnd end = clients.admit(keys.of(context), context);
        LiveStream stream = streams.open(id);
        Broadcast track = find(stream, language)
                .map(found -> stream.audio.of(found.info()))
                .orElseGet(stream.audio::standard);
        return continuous(stream, track, UnaryOperator.identity(), ADTS, context, end);
    }

    private Response continuous(
            LiveStream stream,
            Broadcast broadcast,
            UnaryOperator<byte[]> filter,
            String type,
            RoutingContext context,
            ResponseEnd end)
            throws InterruptedException {
        refuseStopped(stream);
        ContinuousStream body = new ContinuousStream(stream, broadcast, filter, context);
        end.then(body::end);
        end.onFinish(body::end);
        if (!body.awaitFirst()) {
            refuseStopped(stream);
            throw starting(stream);
        }
        return uncached(body, type);
    }

    private LiveStream open(String id, RoutingContext context) {
        LiveStream stream = streams.open(id);
        stream.requestRenditions(Viewers.player(addresses.of(context.request()), context.request()));
        return stream;
    }

    /** Returns the timeline, or throws the problem with the reason and {@code Retry-After} if it is empty. */
    private Timeline requirePlayable(LiveStream stream, Timeline timeline) {
        refuseStopped(stream);
        if (!timeline.isEmpty()) {
            return timeline;
        }
        throw stream.refusal()
                .map(reason -> (RuntimeException) ProblemType.TOO_MANY_STREAMS
                        .with(reason)
                        .retryAfter(RETRY_AFTER)
                        .asException())
                .orElseGet(() -> starting(stream));
    }

    private static RuntimeException starting(LiveStream stream) {
        return stream.source()
                .reason()
                .map(reason -> problem(reason.kind()).with(reason.detail()))
                .orElseGet(() -> ProblemType.STREAM_STARTING.with("the first segment is not available yet"))
                .retryAfter(Duration.ofSeconds(SegmentTimeline.TARGET_DURATION))
                .asException();
    }

    private static ProblemType problem(SourceException.Kind reason) {
        return switch (reason) {
            case NOT_ALLOWED -> ProblemType.SOURCE_NOT_ALLOWED;
            case DISK -> ProblemType.DISK_FULL;
            default -> ProblemType.RECEIVER_FAILED;
        };
    }

    /** Throws a problem if the channel was stopped, and starts again with the next request, or can have moved meanwhile. */
    private void refuseStopped(LiveStream stream) {
        // First: a channel that is stopped meanwhile may be given up.
        streams.requireOwned(stream);
        if (stream.isStopped()) {
            throw ProblemType.STREAM_STARTING
                    .with("the channel was stopped; retry to start it again")
                    .retryAfter(Duration.ofSeconds(1))
                    .asException();
        }
    }

    /** Returns a response that must not be cached. */
    private static Response uncached(Object body, String type) {
        return Response.ok(body)
                .type(type)
                .header(HttpHeaders.CACHE_CONTROL, NO_STORE)
                .build();
    }

    private static RuntimeException notFound(String what) {
        return ProblemType.NOT_FOUND.with("there is no " + what).asException();
    }
}
