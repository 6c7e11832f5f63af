package io.xg2g.source;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.quarkus.runtime.ShutdownEvent;
import io.vertx.core.http.HttpHeaders;
import io.xg2g.config.ByteOrderMark;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * What a child process reads HTTP sources through: a server on loopback that fetches with {@link SourceClient}. The child
 * resolves no name, follows no redirect, and speaks to nobody else, since all addresses in the playlists that it is given
 * are the relay's own.
 *
 * <p>An address is {@code /token/id/name}: a secret of its {@link HttpRelay}, the id of an address that was handed out
 * there, and the last part of its path, whose ending ffmpeg looks at. Whatever else is asked for is refused.
 */
@ApplicationScoped
public class HttpRelayServer {
    private static final Logger LOG = Logger.getLogger(HttpRelayServer.class);
    private static final String CONTENT_TYPE = "Content-Type";
    private static final String PLAYLIST_TYPE = "application/vnd.apple.mpegurl";
    private static final int HEAD = HlsPlaylist.HEAD.length();
    private static final int MARK = ByteOrderMark.TEXT.getBytes(StandardCharsets.UTF_8).length;

    /** What is passed on of an answer; the rest is between this program and the server. */
    private static final List<String> PASSED = List.of(CONTENT_TYPE, "Content-Range", "Accept-Ranges");

    private final SourceClient client;
    private final LongSupplier nanos;
    private final Map<String, HttpRelay> sessions = new ConcurrentHashMap<>();
    /** Started with the first session, and anew with the next one after an Error has ended its thread. */
    private @Nullable HttpServer server;

    /** The server's thread, which takes connections and calls its executor. */
    private volatile @Nullable Thread dispatcher;

    @Inject
    HttpRelayServer(SourceClient client) {
        this(client, System::nanoTime);
    }

    HttpRelayServer(SourceClient client, LongSupplier nanos) {
        this.client = client;
        this.nanos = nanos;
    }

    /**
     * Lets one source be read.
     *
     * @param timeout how long a server may take to begin an answer
     */
    public HttpRelay open(FetchScope reach, URI source, Duration timeout) {
        String origin = "http://" + Relay.HOST + ":" + server().getAddress().getPort();
        HttpRelay session = new HttpRelay(origin, reach, source, timeout, new RequestBudget(nanos), sessions::remove);
        sessions.put(session.token(), session);
        return session;
    }

    private synchronized HttpServer server() {
        HttpServer running = server;
        Thread taking = dispatcher;
        if (running == null || (taking != null && !taking.isAlive())) {
            stop();
            running = start();
            server = running;
        }
        return running;
    }

    private HttpServer start() {
        HttpServer started;
        try {
            started = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral(Relay.HOST), 0), 0);
        } catch (IOException impossible) {
            throw new UncheckedIOException("no port on loopback for the relay of sources", impossible);
        }
        dispatcher = null;
        started.setExecutor(exchange -> {
            dispatcher = Thread.currentThread();
            Thread.startVirtualThread(exchange);
        });
        started.createContext("/", this::serve);
        started.start();
        return started;
    }

    synchronized void stop(@Observes ShutdownEvent event) {
        stop();
    }

    private void stop() {
        if (server != null) {
            server.stop(0);
        }
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            String[] path = exchange.getRequestURI().getPath().split("/", 4);
            HttpRelay session = path.length < 3 ? null : sessions.get(path[1]);
            Optional<URI> address = session == null ? Optional.empty() : session.target(path[2]);
            if (session == null
                    || address.isEmpty()
                    || !exchange.getRequestMethod().equals("GET")) {
                // A child was led past the relay's addresses.
                exchange.sendResponseHeaders(403, -1);
                return;
            }
            serve(exchange, session, address.get());
        }
    }

    private void serve(HttpExchange exchange, HttpRelay session, URI address) throws IOException {
        String range = exchange.getRequestHeaders().getFirst("Range");
        Map<String, String> headers = range == null ? Map.of() : Map.of("Range", range);
        try {
            session.countRequest();
            SourceResponse answer = client.get(session.reach(), address, headers, session.timeout());
            try (InputStream body = session.track(answer.body())) {
                pass(exchange, session, answer, body);
            }
        } catch (SourceNotAllowed refused) {
            session.refuse(refused);
            exchange.sendResponseHeaders(403, -1);
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        } catch (IOException gone) {
            LOG.debugf(gone, "a source could not be relayed");
            if (exchange.getResponseCode() == -1) {
                exchange.sendResponseHeaders(502, -1);
            }
        }
    }

    private static void pass(HttpExchange exchange, HttpRelay session, SourceResponse answer, InputStream body)
            throws IOException, SourceNotAllowed {
        byte[] head = head(body);
        InputStream whole = new SequenceInputStream(new ByteArrayInputStream(head), body);
        if (text(head).startsWith(HlsPlaylist.HEAD)) {
            playlist(exchange, session, answer, whole);
            return;
        }
        for (String name : PASSED) {
            String value = answer.headers().get(name);
            if (value != null) {
                exchange.getResponseHeaders().set(name, value);
            }
        }
        boolean empty = head.length == 0;
        exchange.sendResponseHeaders(answer.status(), empty ? -1 : length(answer));
        if (!empty) {
            OutputStream out = exchange.getResponseBody();
            whole.transferTo(out);
            out.close();
        }
    }

    /** 0 where it is not known, which makes the answer chunked. */
    private static long length(SourceResponse answer) {
        String length = answer.headers().get(HttpHeaders.CONTENT_LENGTH);
        return length != null && length.matches("\\d{1,18}") ? Long.parseLong(length) : 0;
    }

    private static void playlist(HttpExchange exchange, HttpRelay session, SourceResponse answer, InputStream body)
            throws IOException, SourceNotAllowed {
        byte[] relayed = HlsPlaylist.with(text(all(body, session.timeout())), answer.address(), reference -> {
                    session.reach().checkReference(answer.address(), reference);
                    return session.address(reference);
                })
                .getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set(CONTENT_TYPE, PLAYLIST_TYPE);
        exchange.sendResponseHeaders(200, relayed.length);
        exchange.getResponseBody().write(relayed);
    }

    /** As much as tells a playlist, which a byte order mark may stand before, from anything else. */
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

    /** All of a playlist, which has to come within twice the time: the limit for a piece alone lets it trickle. */
    private static byte[] all(InputStream body, Duration timeout) throws IOException, SourceNotAllowed {
        long began = System.nanoTime();
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        byte[] piece = new byte[8192];
        for (int n = body.read(piece); n >= 0; n = body.read(piece)) {
            all.write(piece, 0, n);
            if (all.size() > HlsPlaylist.LARGEST) {
                throw new SourceNotAllowed("the playlist has more than " + HlsPlaylist.LARGEST + " bytes");
            }
            if (System.nanoTime() - began > timeout.toNanos()) {
                throw new SocketTimeoutException("the playlist did not come within " + timeout.toMillis() + " ms");
            }
        }
        return all.toByteArray();
    }
}
