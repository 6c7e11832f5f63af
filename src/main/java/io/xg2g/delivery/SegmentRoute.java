package io.xg2g.delivery;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.xg2g.channel.LivePath;
import io.xg2g.channel.LiveStream;
import io.xg2g.channel.LiveStreams;
import io.xg2g.channel.PlaybackPasses;
import io.xg2g.channel.Viewers;
import io.xg2g.http.ByteRange;
import io.xg2g.http.ClientAddresses;
import io.xg2g.http.ResponseEnd;
import io.xg2g.packaging.AudioTracks;
import io.xg2g.packaging.SegmentFiles;
import io.xg2g.problem.ProblemMapper;
import io.xg2g.problem.ProblemType;
import io.xg2g.problem.Unavailable;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Vert.x route of the segments and init segments of running channels. Runs on the event loop, because these are almost
 * all requests of players and the overhead of a REST resource would exceed the cost of sending. Segments are immutable,
 * hence cacheable; range requests are supported. The response to a request for the {@linkplain NextSegment next segment} waits for it.
 */
@ApplicationScoped
class SegmentRoute {
    private static final CharSequence IMMUTABLE = HttpHeaders.createOptimized("public, max-age=3600, immutable");
    /** Segments that need a token must not be stored in a shared cache, which would outlive the token. */
    private static final CharSequence IMMUTABLE_PRIVATE =
            HttpHeaders.createOptimized("private, max-age=3600, immutable");

    private static final CharSequence BYTES = HttpHeaders.createOptimized("bytes");
    private static final CharSequence ORIGIN = HttpHeaders.createOptimized("Origin");
    private static final CharSequence VIDEO = HttpHeaders.createOptimized("video/mp4");
    private static final CharSequence AUDIO = HttpHeaders.createOptimized("audio/mp4");

    private static final CharSequence METHODS = HttpHeaders.createOptimized("GET, HEAD, OPTIONS");

    private static final String NO_SEGMENT = "segment with this name";

    private final LiveStreams streams;
    private final SegmentCache cache;
    private final CharSequence caching;
    private final ClientAddresses addresses;

    SegmentRoute(LiveStreams streams, SegmentCache cache, PlaybackPasses passes, ClientAddresses addresses) {
        this.streams = streams;
        this.cache = cache;
        this.caching = passes.areFree() ? IMMUTABLE : IMMUTABLE_PRIVATE;
        this.addresses = addresses;
    }

    /** Registers the route: after the router's filters, before all other routes. */
    void register(@Observes Router router) {
        router.route(LivePath.ROOT + "*").order(-1).handler(this::route);
    }

    private void route(RoutingContext exchange) {
        switch (LivePath.parse(exchange.normalizedPath()).orElse(null)) {
            case LivePath.Segment(String channel, String rendition, long time) ->
                channel(exchange, channel).ifPresent(stream -> segment(exchange, stream, rendition, time));
            case LivePath.InitSegment(String channel, String rendition, long epochStart) ->
                channel(exchange, channel).ifPresent(stream -> init(exchange, stream, rendition, epochStart));
            case null, default -> exchange.next();
        }
    }

    private void segment(RoutingContext exchange, LiveStream stream, String rendition, long time) {
        stream.timeline
                .segment(rendition, time)
                .ifPresentOrElse(
                        segment -> respond(exchange, stream, rendition, segment),
                        () -> NextSegment.window(stream.timeline.early(), rendition, time)
                                .ifPresentOrElse(
                                        number -> await(exchange, stream, number, rendition, time),
                                        () -> notFound(exchange, NO_SEGMENT)));
    }

    /** Sends a segment when its window is complete; responds with 404 if it does not become so, or without this segment. */
    private void await(RoutingContext exchange, LiveStream stream, long number, String rendition, long time) {
        Context context = exchange.vertx().getOrCreateContext();
        Thread.ofVirtual().name("next-segment").start(() -> {
            try {
                stream.await(number);
            } catch (InterruptedException stopping) {
                Thread.currentThread().interrupt();
            }
            context.runOnContext(_ -> {
                if (!ResponseEnd.of(exchange).isOver()) {
                    stream.timeline
                            .segment(rendition, time)
                            .ifPresentOrElse(
                                    segment -> respond(exchange, stream, rendition, segment),
                                    () -> notFound(exchange, NO_SEGMENT));
                }
            });
        });
    }

    private void respond(RoutingContext exchange, LiveStream stream, String rendition, SegmentFiles.Stored segment) {
        respond(exchange, stream, segment.length(), type(rendition), part -> send(exchange, segment, part));
    }

    private void init(RoutingContext exchange, LiveStream stream, String rendition, long epochStart) {
        stream.timeline
                .init(rendition, epochStart)
                .ifPresentOrElse(
                        init -> respond(
                                exchange,
                                stream,
                                init.length,
                                type(rendition),
                                part -> exchange.response()
                                        .end(Buffer.buffer(init).slice((int) part.first(), (int) part.last() + 1))),
                        () -> notFound(exchange, "init segment with this name"));
    }

    /** Returns the channel if it is running and is to be read from; otherwise sends the response. */
    private Optional<LiveStream> channel(RoutingContext exchange, String id) {
        HttpMethod method = exchange.request().method();
        if (method.equals(HttpMethod.OPTIONS)) {
            exchange.response()
                    .setStatusCode(204)
                    .putHeader(HttpHeaders.ALLOW, METHODS)
                    .end();
            return Optional.empty();
        }
        if (!method.equals(HttpMethod.GET) && !method.equals(HttpMethod.HEAD)) {
            exchange.response().putHeader(HttpHeaders.ALLOW, METHODS);
            ProblemMapper.send(
                    exchange, ProblemType.METHOD_NOT_ALLOWED.with("segments allow GET, HEAD and OPTIONS only"));
            return Optional.empty();
        }
        Optional<LiveStream> stream = streams.find(id);
        stream.ifPresentOrElse(
                running ->
                        running.viewers.fetched(Viewers.player(addresses.of(exchange.request()), exchange.request())),
                () -> notRunning(exchange));
        return stream;
    }

    private void notRunning(RoutingContext exchange) {
        if (streams.isClosing()) {
            ProblemMapper.send(exchange, Unavailable.shuttingDown());
        } else {
            notFound(exchange, "segment; the channel is not running");
        }
    }

    private static CharSequence type(String rendition) {
        return AudioTracks.isAudio(rendition) ? AUDIO : VIDEO;
    }

    /** Writes the response head, and the content unless it is a HEAD request or the copy of the client is fresh. */
    private void respond(
            RoutingContext exchange, LiveStream stream, long length, CharSequence type, Consumer<ByteRange> content) {
        HttpServerRequest request = exchange.request();
        HttpServerResponse response = exchange.response();
        String etag = etag(stream, length);
        response.putHeader(HttpHeaders.ETAG, etag);
        if (exchange.isFresh()) {
            response.setStatusCode(304)
                    .putHeader(HttpHeaders.CACHE_CONTROL, caching)
                    .putHeader(HttpHeaders.VARY, ORIGIN)
                    .end();
            return;
        }
        Optional<ByteRange> requested;
        try {
            requested = ByteRange.requested(
                    // RFC 9110, section 14.2: a range is of GET requests only.
                    request.method().equals(HttpMethod.HEAD) ? null : request.getHeader(HttpHeaderNames.RANGE),
                    request.getHeader(HttpHeaderNames.IF_RANGE),
                    etag,
                    length);
        } catch (ByteRange.Unsatisfiable outside) {
            response.putHeader(HttpHeaderNames.CONTENT_RANGE, "bytes */" + length);
            ProblemMapper.send(
                    exchange,
                    ProblemType.RANGE_NOT_SATISFIABLE.with(
                            "the range begins behind the end; the segment has " + length + " bytes"));
            return;
        }
        ByteRange part = requested.orElse(new ByteRange(0, length - 1));
        if (requested.isPresent()) {
            response.setStatusCode(206).putHeader(HttpHeaderNames.CONTENT_RANGE, part.contentRange(length));
        }
        response.putHeader(HttpHeaders.CONTENT_TYPE, type)
                .putHeader(HttpHeaders.CONTENT_LENGTH, Long.toString(part.length()))
                .putHeader(HttpHeaders.CACHE_CONTROL, caching)
                .putHeader(HttpHeaders.ACCEPT_RANGES, BYTES)
                // CORS adds a header to responses to other origins, so that caches must keep them apart.
                .putHeader(HttpHeaders.VARY, ORIGIN);
        if (request.method().equals(HttpMethod.HEAD)) {
            response.end();
        } else {
            content.accept(part);
        }
    }

    /** Includes the start of the channel: names can repeat if the clock was set back between two runs. */
    private static String etag(LiveStream stream, long length) {
        return '"' + Long.toString(stream.startedAt.toEpochMilli(), Character.MAX_RADIX) + '-' + length + '"';
    }

    /**
     * Sends a segment from the cache; one that is not cached is read by a worker thread, or sent by sendfile if too
     * large.
     */
    private void send(RoutingContext exchange, SegmentFiles.Stored segment, ByteRange part) {
        ByteBuf cached = cache.find(segment);
        if (cached != null) {
            send(exchange, cached, part);
        } else if (cache.accepts(segment)) {
            exchange.vertx()
                    .executeBlocking(() -> cache.load(segment), false)
                    .onSuccess(loaded -> loaded.ifPresentOrElse(
                            content -> send(exchange, content, part), () -> sendFile(exchange, segment, part)))
                    .onFailure(exchange::fail);
        } else {
            sendFile(exchange, segment, part);
        }
    }

    private void send(RoutingContext exchange, ByteBuf content, ByteRange part) {
        exchange.response()
                .end(wrap(content.slice((int) part.first(), (int) part.length())))
                .onComplete(_ -> cache.release(content));
    }

    /** Sends a segment from its file; responds with 404 if the file has been deleted. */
    private static void sendFile(RoutingContext exchange, SegmentFiles.Stored segment, ByteRange part) {
        HttpServerResponse response = exchange.response();
        response.sendFile(segment.file().toString(), part.first(), part.length())
                .onFailure(_ -> {
                    if (!response.headWritten()) {
                        response.headers().clear();
                        notFound(exchange, NO_SEGMENT);
                    }
                });
    }

    @SuppressWarnings("deprecation") // Vert.x has no other way to wrap a Netty buffer.
    private static Buffer wrap(ByteBuf content) {
        return Buffer.buffer(content);
    }

    private static void notFound(RoutingContext exchange, String what) {
        ProblemMapper.send(exchange, ProblemType.NOT_FOUND.with("there is no " + what));
    }
}
