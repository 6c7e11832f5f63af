package io.xg2g.security;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.concurrent.Executors;

/** OpenID Connect issuer on a loopback port that can be unavailable or respond with errors. */
final class FakeIssuer implements AutoCloseable {
    /** Mode of the issuer. */
    enum Mode {
        WELL,
        ERROR,
        GARBAGE,
        /** Accepts requests and never responds. */
        SILENT
    }

    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    private final int port;
    private volatile SigningKey key = new SigningKey("known", keys());
    private final HttpServer server;
    private volatile Mode mode;

    /** The signing key, whose public part is published. */
    private record SigningKey(String id, KeyPair keys) {}

    FakeIssuer(int port, Mode mode) throws IOException {
        this.port = port;
        this.mode = mode;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::serve);
        server.start();
    }

    static String url(int port) {
        return "http://127.0.0.1:" + port;
    }

    void answers(Mode now) {
        mode = now;
    }

    /** The id of its key. */
    String keyId() {
        return key.id();
    }

    /** The public part of its key in Base64. */
    String publicKey() {
        return Base64.getEncoder().encodeToString(key.keys().getPublic().getEncoded());
    }

    /** Replaces the key by a new one. */
    void replaceKey(String id) {
        key = new SigningKey(id, keys());
    }

    /** A token for the audience {@code xg2g} and a viewer, with this key id. */
    String token(String key) {
        return token(new JsonObject().put("kid", key), new JsonObject());
    }

    /** The same with other header parameters and other claims. */
    String token(JsonObject header, JsonObject other) {
        String head = new JsonObject().put("alg", "RS256").mergeIn(header).encode();
        String claims = new JsonObject()
                .put("iss", url(port))
                .put("aud", "xg2g")
                .put("sub", "vera")
                .put("groups", new JsonArray().add("viewer"))
                .put("iat", Instant.now().getEpochSecond())
                .put("exp", Instant.now().plusSeconds(3600).getEpochSecond())
                .mergeIn(other)
                .encode();
        String signed =
                encoded(head.getBytes(StandardCharsets.UTF_8)) + "." + encoded(claims.getBytes(StandardCharsets.UTF_8));
        try {
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initSign(key.keys().getPrivate());
            signature.update(signed.getBytes(StandardCharsets.US_ASCII));
            return signed + "." + encoded(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private void serve(HttpExchange exchange) throws IOException {
        switch (mode) {
            case WELL ->
                send(exchange, 200, exchange.getRequestURI().getPath().equals("/keys") ? keySet() : description());
            case ERROR -> send(exchange, 500, "out of order");
            case GARBAGE -> send(exchange, 200, "<html>");
            case SILENT -> {
                // The exchange is not completed.
            }
        }
    }

    private String description() {
        return new JsonObject()
                .put("issuer", url(port))
                .put("jwks_uri", url(port) + "/keys")
                .put("authorization_endpoint", url(port) + "/authorize")
                .put("token_endpoint", url(port) + "/token")
                .encode();
    }

    private String keySet() {
        SigningKey published = key;
        RSAPublicKey key = (RSAPublicKey) published.keys().getPublic();
        return new JsonObject()
                .put(
                        "keys",
                        new JsonArray()
                                .add(new JsonObject()
                                        .put("kty", "RSA")
                                        .put("use", "sig")
                                        .put("alg", "RS256")
                                        .put("kid", published.id())
                                        .put("n", encoded(unsigned(key.getModulus())))
                                        .put("e", encoded(unsigned(key.getPublicExponent())))))
                .encode();
    }

    private static void send(HttpExchange exchange, int status, String body) throws IOException {
        try (exchange) {
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    private static byte[] unsigned(BigInteger number) {
        byte[] bytes = number.toByteArray();
        return bytes[0] == 0 ? Arrays.copyOfRange(bytes, 1, bytes.length) : bytes;
    }

    private static String encoded(byte[] bytes) {
        return BASE64.encodeToString(bytes);
    }

    private static KeyPair keys() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new UncheckedIOException(new IOException(e));
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
