package io.xg2g.source;

import io.quarkus.runtime.ShutdownEvent;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.tracing.TracingPolicy;
import io.xg2g.config.ByteOrderMark;
import io.xg2g.http.InternalServers;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * HTTP server on loopback through which child processes read HTTP sources. It fetches with {@link SourceClient}, and replaces
 * the URLs in HLS playlists by its own, so that a child resolves no name, follows no redirect and connects to no other host.
 *
 * <p>A URL is {@code /relay/token/id/name}: the secret token of its {@link HttpRelay}, the id of a URL in that relay's
 * {@link RelayUrlTable}, and the last segment of the URL's path, whose extension ffmpeg evaluates. Every other request is
 * answered with 403.
 *
 * <p>Each request is served on a virtual thread. A chunk of the body is read from the source when the child's socket has taken
 * the chunk before it (backpressure).
 */
@ApplicationScoped
public class HttpRelayServer {
    /** First segment of every path; {@code application.properties} excludes it from the metrics of HTTP servers. */
    static final String ROOT = "/relay/";

    private static final Logger LOG = Logger.getLogger(HttpRelayServer.class);
    private static final String RANGE = "Range";
    private static final String PLAYLIST_TYPE = "application/vnd.apple.mpegurl";
    private static final int BUFFER = 32 * 1024;
    private static final int HEAD = HlsPlaylist.HEAD.length();
    private static final int MARK = ByteOrderMark.TEXT.getBytes(StandardCharsets.UTF_8).length;

    /** Response headers that are passed on to the child. */
    private static final List<CharSequence> PASSED =
            List.of(HttpHeaders.CONTENT_TYPE, HttpHeaders.CONTENT_RANGE, HttpHeaders.ACCEPT_RANGES);

    private final Vertx vertx;
    private final SourceClient client;
    private final InternalServers servers;
    private final LongSupplier nanos;
    private final Map<String, HttpRelay> sessions = new ConcurrentHashMap<>();

    /** Started with the first session. Guarded by this. */
    private @Nullable HttpServer server;

    @Inject
    HttpRelayServer(Vertx vertx, SourceClient client, InternalServers servers) {
        this(vertx, client, servers, System::nanoTime);
    }

    HttpRelayServer(Vertx vertx, SourceClient client, InternalServers servers, LongSupplier nanos) {
        this.vertx = vertx;
        this.client = client;
        this.servers = servers;
        this.nanos = nanos;
    }

    /**
     * Makes a source readable until the returned relay is closed. Not for event loops: blocks while the server starts.
     *
     * @param preferences among the variants and audio renditions, if it is an HLS source
     * @param timeout limit for the head of a response of the source, and for each read of its body
     */
    public HttpRelay open(FetchScope scope, URI source, HlsPreferences preferences, Duration timeout) {
        String origin = "http://" + Relay.HOST + ":" + server().actualPort();
        HttpRelay session =
                new HttpRelay(origin, scope, source, preferences, timeout, new RequestBudget(nanos), sessions::remove);
        sessions.put(session.token(), session);
        return session;
    }

    private synchronized HttpServer server() {
        HttpServer running = server;
        if (running == null) {
            running = start();
            server = running;
        }
        return running;
    }

    private HttpServer start() {
        HttpServerOptions options = new HttpServerOptions()
                .setHost(Relay.HOST)
                .setPort(0)
                .setHttp2ClearTextEnabled(false)
                .setTracingPolicy(TracingPolicy.IGNORE);
        HttpServer started = vertx.createHttpServer(options)
                .requestHandler(request -> Thread.ofVirtual().name("http-relay").start(() -> serve(request)))
                .listen()
                .toCompletionStage()
                .toCompletableFuture()
                .join();
        servers.add(started.actualPort());
        return started;
    }

    synchronized void stop(@Observes ShutdownEvent event) {
        if (server != null) {
            server.close().toCompletionStage().toCompletableFuture().join();
        }
    }

    private void serve(HttpServerRequest request) {
        try {
            String path = String.valueOf(request.path());
            String[] segments =
                    path.startsWith(ROOT) ? path.substring(ROOT.length()).split("/", 3) : new String[0];
            HttpRelay session = segments.length < 2 ? null : sessions.get(segments[0]);
            Optional<URI> address = session == null ? Optional.empty() : session.target(segments[1]);
            if (session == null || address.isEmpty() || !request.method().equals(HttpMethod.GET)) {
                refuse(request.response(), 403);
                return;
            }
            serve(request, session, address.get());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            request.response().reset();
        } catch (IOException | IllegalStateException closed) {
            LOG.debug("relayed response aborted", closed);
            request.response().reset();
        }
    }

    private void serve(HttpServerRequest request, HttpRelay session, URI address)
            throws IOException, InterruptedException {
        String range = request.getHeader(RANGE);
        Map<String, String> headers = range == null ? Map.of() : Map.of(RANGE, range);
        HttpServerResponse response = request.response();
        try {
            session.countRequest();
            SourceResponse answer = client.get(session.scope(), address, headers, session.timeout());
            try (InputStream body = session.track(answer.body())) {
                pass(response, session, answer, body);
            }
        } catch (SourceNotAllowed refused) {
            session.refuse(refused);
            refuse(response, 403);
        } catch (IOException failed) {
            if (!response.headWritten()) {
                LOG.debug("source not relayed", failed);
                refuse(response, 502);
            } else if (response.isChunked()) {
                // A body of unknown length, a live stream for instance, ends with its source.
                await(response.end());
            } else {
                throw failed;
            }
        }
    }

    private static void refuse(HttpServerResponse response, int status) throws IOException, InterruptedException {
        await(response.setStatusCode(status).end());
    }

    private static void pass(HttpServerResponse response, HttpRelay session, SourceResponse answer, InputStream body)
            throws IOException, InterruptedException, SourceNotAllowed {
        byte[] head = head(body);
        InputStream whole = new SequenceInputStream(new ByteArrayInputStream(head), body);
        if (text(head).startsWith(HlsPlaylist.HEAD)) {
            playlist(response, session, answer, whole);
            return;
        }
        session.responded(answer);
        response.setStatusCode(answer.status());
        for (CharSequence name : PASSED) {
            String value = answer.headers().get(name);
            if (value != null) {
                response.putHeader(name, value);
            }
        }
        if (head.length > 0) {
            length(response, answer);
            byte[] piece = new byte[BUFFER];
            for (int n = whole.read(piece); n >= 0; n = whole.read(piece)) {
                await(response.write(Buffer.buffer(n).appendBytes(piece, 0, n)));
            }
        }
        await(response.end());
    }

    /** Announces the length of the body; a body of unknown length is sent chunked. */
    private static void length(HttpServerResponse response, SourceResponse answer) {
        String length = answer.headers().get(HttpHeaders.CONTENT_LENGTH);
        if (length != null && length.matches("\\d{1,18}")) {
            response.putHeader(HttpHeaders.CONTENT_LENGTH, length);
        } else {
            response.setChunked(true);
        }
    }

    private static void playlist(
            HttpServerResponse response, HttpRelay session, SourceResponse answer, InputStream body)
            throws IOException, InterruptedException, SourceNotAllowed {
        String playlist = text(all(body, session.timeout()));
        session.received(playlist);
        String selected = MultivariantPlaylist.selected(playlist, session.preferences());
        String relayed = HlsPlaylist.with(selected, answer.address(), reference -> {
            session.scope().checkReference(answer.address(), reference);
            return session.address(reference);
        });
        await(response.putHeader(HttpHeaders.CONTENT_TYPE, PLAYLIST_TYPE).end(relayed));
    }

    /** Blocks until the child's socket has taken what was written, or the connection is closed. */
    private static void await(Future<Void> written) throws IOException, InterruptedException {
        try {
            written.toCompletionStage().toCompletableFuture().get();
        } catch (ExecutionException closed) {
            throw new IOException("the child process closed the connection", closed);
        }
    }

    /** Reads the bytes that distinguish a playlist from other content; a byte order mark may precede them. */
    private static byte[] head(InputStream body) throws IOException {
        byte[] head = body.readNBytes(HEAD);
        boolean marked = new String(head, StandardCharsets.UTF_8).startsWith(ByteOrderMark.TEXT);
        byte[] behindMark = body.readNBytes(marked ? MARK : 0);
        return ByteBuffer.allocate(head.length + behindMark.length)
                .put(head)
                .put(behindMark)
                .array();
    }

    private static String text(byte[] bytes) {
        return ByteOrderMark.removedFrom(new String(bytes, StandardCharsets.UTF_8));
    }

    /**
     * Reads a playlist to its end, within about twice the timeout: the timeout of each read alone would let a server send it
     * byte by byte for hours.
     */
    private static byte[] all(InputStream body, Duration timeout) throws IOException, SourceNotAllowed {
        long began = System.nanoTime();
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        byte[] piece = new byte[BUFFER];
        for (int n = body.read(piece); n >= 0; n = body.read(piece)) {
            all.write(piece, 0, n);
            if (all.size() > HlsPlaylist.MAX_BYTES) {
                throw new SourceNotAllowed("the playlist has more than " + HlsPlaylist.MAX_BYTES + " bytes");
            }
            if (System.nanoTime() - began > timeout.toNanos()) {
                throw new SocketTimeoutException("the playlist did not arrive within " + timeout.toMillis() + " ms");
            }
        }
        return all.toByteArray();
    }
}
