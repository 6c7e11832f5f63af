package io.xg2g.source;

import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** Session of the {@link HttpRelayServer}: one source, readable until it is closed. Thread-safe. */
public final class HttpRelay implements Relay {
    private static final int MAX_NAME = 64;

    /** Recordings have many segments, in several renditions. */
    private static final int MAX_URLS = 2 * HlsPlaylist.MAX_REFERENCES;

    private static final int MAX_CHARACTERS = 8 << 20;

    /** Id of the source itself, which is never evicted. */
    private static final String SOURCE = "0";

    private final String token = token(new SecureRandom());
    private final String origin;
    private final FetchScope scope;
    private final URI source;
    private final HlsPreferences preferences;
    private final Duration timeout;
    private final Consumer<String> onClose;
    private final RequestBudget budget;
    private final RelayUrlTable issued = new RelayUrlTable(MAX_URLS, MAX_CHARACTERS);
    private final CompletableFuture<SourceNotAllowed> refused = new CompletableFuture<>();
    private final Set<InputStream> bodies = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;
    /** Status of the latest response other than a playlist, if it is an error; otherwise 0. */
    private volatile int errorStatus;

    private volatile boolean recorded;
    /** Whether a response was a playlist: then the length of other ones is that of a segment. */
    private volatile boolean playlists;

    HttpRelay(
            String origin,
            FetchScope scope,
            URI source,
            HlsPreferences preferences,
            Duration timeout,
            RequestBudget budget,
            Consumer<String> onClose) {
        this.origin = origin;
        this.scope = scope;
        this.source = source;
        this.preferences = preferences;
        this.timeout = timeout;
        this.budget = budget;
        this.onClose = onClose;
    }

    private static String token(SecureRandom random) {
        byte[] bytes = new byte[16];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    @Override
    public URI address() {
        return address(SOURCE, source);
    }

    @Override
    public CompletableFuture<SourceNotAllowed> refused() {
        return refused.copy();
    }

    /** Returns the relay's URL for a URL. */
    URI address(URI target) {
        return address(issued.id(target), target);
    }

    private URI address(String id, URI target) {
        String path = target.getRawPath() == null ? "" : target.getRawPath();
        String name = path.substring(path.lastIndexOf('/') + 1).replaceAll("[^A-Za-z0-9._-]", "_");
        String end = name.substring(Math.max(0, name.length() - MAX_NAME));
        return URI.create(origin + HttpRelayServer.ROOT + token + "/" + id + "/" + end);
    }

    /** Returns the URL of an id that was issued. */
    Optional<URI> target(String id) {
        return id.equals(SOURCE) ? Optional.of(source) : issued.address(id);
    }

    String token() {
        return token;
    }

    /**
     * Counts a request of the child.
     *
     * @throws SourceNotAllowed if the rate limit is exceeded
     */
    void countRequest() throws SourceNotAllowed {
        budget.take();
    }

    /** Returns the preferences among variants and audio renditions. */
    HlsPreferences preferences() {
        return preferences;
    }

    @Override
    public OptionalInt errorStatus() {
        return errorStatus == 0 ? OptionalInt.empty() : OptionalInt.of(errorStatus);
    }

    @Override
    public OptionalLong clockOffset() {
        return OptionalLong.empty();
    }

    @Override
    public boolean isRecorded() {
        return recorded;
    }

    /** Records a response that is no playlist, unless it is an error. */
    void responded(SourceResponse response) {
        int status = response.status();
        errorStatus = status >= HttpResponseStatus.BAD_REQUEST.code() ? status : 0;
        recorded = playlists ? recorded : response.isLengthKnown();
    }

    /** Records a playlist. */
    void received(String playlist) {
        playlists = true;
        recorded = HlsPlaylist.hasEnd(playlist);
    }

    FetchScope scope() {
        return scope;
    }

    Duration timeout() {
        return timeout;
    }

    void refuse(SourceNotAllowed reason) {
        refused.complete(reason);
    }

    /** Registers a body, which is closed with the session; at once if that is closed. */
    InputStream track(InputStream body) {
        bodies.add(body);
        if (closed) {
            close(body);
        }
        return new FilterInputStream(body) {
            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                return in.read(bytes, offset, length);
            }

            @Override
            public void close() throws IOException {
                bodies.remove(body);
                super.close();
            }
        };
    }

    /** Closes all bodies that are being read. */
    @Override
    public void close() {
        closed = true;
        onClose.accept(token);
        bodies.forEach(HttpRelay::close);
    }

    private static void close(InputStream body) {
        try {
            body.close();
        } catch (IOException already) {
            // Closed already.
        }
    }
}
