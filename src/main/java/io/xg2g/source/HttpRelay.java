package io.xg2g.source;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** One source that is read through the {@link HttpRelayServer}, until it is closed. */
public final class HttpRelay implements Relay {
    private static final int LONGEST_NAME = 64;

    /** Films have many pieces, in several renditions. */
    private static final int MOST_ADDRESSES = 2 * HlsPlaylist.MOST_REFERENCES;

    private static final int MOST_CHARACTERS = 8 << 20;

    /** The source's own id, which is never forgotten. */
    private static final String SOURCE = "0";

    private final String token = token(new SecureRandom());
    private final String origin;
    private final FetchScope reach;
    private final URI source;
    private final Duration timeout;
    private final Consumer<String> onClose;
    private final RequestBudget budget;
    private final RelayUrlTable issued = new RelayUrlTable(MOST_ADDRESSES, MOST_CHARACTERS);
    private final CompletableFuture<SourceNotAllowed> refused = new CompletableFuture<>();
    private final Set<InputStream> bodies = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    HttpRelay(
            String origin,
            FetchScope reach,
            URI source,
            Duration timeout,
            RequestBudget budget,
            Consumer<String> onClose) {
        this.origin = origin;
        this.reach = reach;
        this.source = source;
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

    /** The address at which the child gets the target from here on. */
    URI address(URI target) {
        return address(issued.id(target), target);
    }

    private URI address(String id, URI target) {
        String path = target.getRawPath() == null ? "" : target.getRawPath();
        String name = path.substring(path.lastIndexOf('/') + 1).replaceAll("[^A-Za-z0-9._-]", "_");
        String end = name.substring(Math.max(0, name.length() - LONGEST_NAME));
        return URI.create(origin + "/" + token + "/" + id + "/" + end);
    }

    /** What was handed out by that id. */
    Optional<URI> target(String id) {
        return id.equals(SOURCE) ? Optional.of(source) : issued.address(id);
    }

    String token() {
        return token;
    }

    /** Counts one more request of the child. */
    void countRequest() throws SourceNotAllowed {
        budget.take();
    }

    FetchScope reach() {
        return reach;
    }

    Duration timeout() {
        return timeout;
    }

    void refuse(SourceNotAllowed why) {
        refused.complete(why);
    }

    /** A body that ends with the session, which may have ended already. */
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

    /** Ends everything that is read through it. */
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
            // There is nothing left to be closed.
        }
    }
}
