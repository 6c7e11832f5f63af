package io.xg2g.source;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** One source that is read through the {@link HttpRelayServer}, until it is closed. */
public final class HttpRelay implements Relay {
    private static final int LONGEST_NAME = 64;

    private final String token = token(new SecureRandom());
    private final String origin;
    private final Reach reach;
    private final URI source;
    private final Duration timeout;
    private final Consumer<String> onClose;
    private final CompletableFuture<SourceNotAllowed> refused = new CompletableFuture<>();
    private final Set<InputStream> bodies = ConcurrentHashMap.newKeySet();

    HttpRelay(String origin, Reach reach, URI source, Duration timeout, Consumer<String> onClose) {
        this.origin = origin;
        this.reach = reach;
        this.source = source;
        this.timeout = timeout;
        this.onClose = onClose;
    }

    private static String token(SecureRandom random) {
        byte[] bytes = new byte[16];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    @Override
    public URI address() {
        return address(source);
    }

    @Override
    public CompletableFuture<SourceNotAllowed> refused() {
        return refused.copy();
    }

    URI address(URI target) {
        String path = target.getRawPath() == null ? "" : target.getRawPath();
        String name = path.substring(path.lastIndexOf('/') + 1).replaceAll("[^A-Za-z0-9._-]", "_");
        String end = name.substring(Math.max(0, name.length() - LONGEST_NAME));
        byte[] text = target.toString().getBytes(StandardCharsets.UTF_8);
        return URI.create(origin + "/" + token + "/"
                + Base64.getUrlEncoder().withoutPadding().encodeToString(text) + "/" + end);
    }

    static Optional<URI> decoded(String encoded) {
        try {
            byte[] text = Base64.getUrlDecoder().decode(encoded);
            return Optional.of(URI.create(new String(text, StandardCharsets.UTF_8)));
        } catch (IllegalArgumentException malformed) {
            return Optional.empty();
        }
    }

    String token() {
        return token;
    }

    Reach reach() {
        return reach;
    }

    Duration timeout() {
        return timeout;
    }

    void refuse(SourceNotAllowed why) {
        refused.complete(why);
    }

    /** A body that ends with the session. */
    InputStream track(InputStream body) {
        bodies.add(body);
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
        onClose.accept(token);
        for (InputStream body : bodies) {
            try {
                body.close();
            } catch (IOException already) {
                // There is nothing left to be closed.
            }
        }
    }
}
