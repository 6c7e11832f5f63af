package io.xg2g.source;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.xg2g.http.LoopbackHttp;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * HTTP server that wants Digest authentication, as cameras do: the user {@code admin} with the password {@code s3cr:et}. It checks the
 * answers by itself, refuses Basic, and wants rising counts for each nonce. Thread-safe.
 */
public final class DigestServer implements AutoCloseable {
    /** User and password, as in a URL. */
    public static final String USER = "admin:s3cr%3Aet@";

    private static final String REALM = "camera 1";
    private static final Pattern PARAMETER = Pattern.compile("(\\w+)=(?:\"((?:[^\"\\\\]|\\\\.)*)\"|([^\\s,\"]+))");

    /** Answers a request that has logged in. */
    public interface Content {
        /** Writes the response. */
        void write(HttpExchange exchange) throws IOException;
    }

    private final HttpServer server;
    private final String algorithm;
    private final boolean protection;
    private final Content content;
    private final AtomicInteger nonces = new AtomicInteger();
    private final Map<String, AtomicInteger> counts = new ConcurrentHashMap<>();

    /** Values of {@code Authorization} that were refused. */
    public final List<String> refused = new CopyOnWriteArrayList<>();

    /** Number of requests. */
    public final AtomicInteger requests = new AtomicInteger();

    private volatile int usesOfNonce = Integer.MAX_VALUE;

    /**
     * Starts a server.
     *
     * @param algorithm of the challenge; none if empty, which is MD5
     * @param protection whether it wants the quality of protection {@code auth}
     */
    public DigestServer(String algorithm, boolean protection, Content content) {
        this.algorithm = algorithm;
        this.protection = protection;
        this.content = content;
        server = LoopbackHttp.start(this::serve);
    }

    /** Returns a URL of the server. */
    public URI url(String credentials, String path) {
        return URI.create(
                "http://" + credentials + "127.0.0.1:" + server.getAddress().getPort() + path);
    }

    /** Makes each nonce stale after a number of uses. */
    public void expireAfter(int uses) {
        usesOfNonce = uses;
    }

    private void serve(HttpExchange exchange) throws IOException {
        requests.incrementAndGet();
        try (exchange) {
            String authorization = exchange.getRequestHeaders().getFirst("Authorization");
            if (authorization == null) {
                challenge(exchange, false);
            } else if (!isRight(exchange, authorization)) {
                refused.add(authorization);
                challenge(exchange, false);
            } else if (isStale(authorization)) {
                challenge(exchange, true);
            } else {
                content.write(exchange);
            }
        }
    }

    private void challenge(HttpExchange exchange, boolean stale) throws IOException {
        String nonce = "nonce-" + nonces.incrementAndGet();
        counts.put(nonce, new AtomicInteger());
        String challenge = "Digest realm=\"camera 1\", nonce=\"" + nonce + "\", opaque=\"o\""
                + (algorithm.isEmpty() ? "" : ", algorithm=" + algorithm)
                + (protection ? ", qop=\"auth,auth-int\"" : "") + (stale ? ", stale=TRUE" : "");
        exchange.getResponseHeaders().add("WWW-Authenticate", challenge);
        exchange.sendResponseHeaders(401, -1);
    }

    private boolean isStale(String authorization) {
        return parameter(authorization, "nc").length() == 8
                && Integer.parseInt(parameter(authorization, "nc"), 16) > usesOfNonce;
    }

    private boolean isRight(HttpExchange exchange, String authorization) {
        String nonce = parameter(authorization, "nonce");
        AtomicInteger count = counts.get(nonce);
        String target = exchange.getRequestURI().toString();
        if (!authorization.startsWith("Digest ")
                || count == null
                || !parameter(authorization, "username").equals("admin")
                || !parameter(authorization, "uri").equals(target)) {
            return false;
        }
        String secret = hash("admin:" + REALM + ":s3cr:et");
        String request = hash(exchange.getRequestMethod() + ":" + target);
        String between = nonce;
        if (protection) {
            String number = parameter(authorization, "nc");
            if (Integer.parseInt(number, 16) <= count.getAndSet(Integer.parseInt(number, 16))) {
                return false;
            }
            between += ":" + number + ":" + parameter(authorization, "cnonce") + ":auth";
        }
        return parameter(authorization, "response").equals(hash(secret + ":" + between + ":" + request));
    }

    private static String parameter(String authorization, String name) {
        Map<String, String> all = PARAMETER
                .matcher(authorization)
                .results()
                .collect(Collectors.toMap(
                        match -> match.group(1), match -> match.group(2) == null ? match.group(3) : match.group(2)));
        return all.getOrDefault(name, "");
    }

    private String hash(String text) {
        try {
            MessageDigest digest = MessageDigest.getInstance(algorithm.isEmpty() ? "MD5" : algorithm);
            return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
