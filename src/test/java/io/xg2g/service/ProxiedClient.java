package io.xg2g.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Client behind a proxy: it uses the proxy's URL and the URLs in responses only, and reports URLs that lead elsewhere.
 */
final class ProxiedClient implements AutoCloseable {
    /** A path of the service in a JSON string, without the proxy's prefix. */
    private static final Pattern WITHOUT_PREFIX = Pattern.compile("\"/(?:api|live|channels|openapi)\\b");

    private final HttpClient client;
    private final URI base;
    private final URI inside;
    private final Optional<String> token;

    /**
     * Creates a client.
     *
     * @param inside internal URL of the service, which no response may contain
     * @param token sent with the methods {@code …AsOperator}
     */
    ProxiedClient(Certificate certificate, URI base, URI inside, Optional<String> token) {
        this.client = HttpClient.newBuilder().sslContext(certificate.trusting()).build();
        this.base = base;
        this.inside = inside;
        this.token = token;
    }

    /** Resolves a reference in a response. */
    URI resolve(URI answered, String reference) {
        URI resolved = answered.resolve(reference);
        assertThat(resolved.toString()).as(answered + " has " + reference).startsWith(base.toString());
        return resolved;
    }

    /** Fetches a URL without credentials. */
    HttpResponse<String> get(URI address) {
        return send(HttpRequest.newBuilder(address));
    }

    /** Fetches a URL with the token. */
    HttpResponse<String> getAsOperator(URI address) {
        return send(asOperator(address));
    }

    /** Fetches a JSON object with the token. */
    JsonObject object(URI address) {
        return new JsonObject(ok(getAsOperator(address)).body());
    }

    HttpResponse<String> post(URI address, String type, BodyPublisher body, String... headers) {
        HttpRequest.Builder request =
                asOperator(address).header("Content-Type", type).POST(body);
        if (headers.length > 0) {
            request.headers(headers);
        }
        return send(request);
    }

    HttpResponse<String> post(URI address) {
        return post(address, "application/json", BodyPublishers.noBody());
    }

    /** Sends a request and returns its {@code Location}. */
    URI location(HttpResponse<String> made) {
        assertThat(made.statusCode()).as(made.body()).isIn(201, 202);
        return resolve(made.uri(), made.headers().firstValue("Location").orElseThrow());
    }

    /** Reads the start of a stream without credentials, and disconnects. */
    byte[] firstBytes(URI address, int bytes) {
        return firstBytes(HttpRequest.newBuilder(address), bytes);
    }

    /** Reads the start of a stream with the token, and disconnects. */
    byte[] firstBytesAsOperator(URI address, int bytes) {
        return firstBytes(asOperator(address).timeout(Duration.ofMinutes(1)), bytes);
    }

    /** By HTTP/1.1, as players of continuous streams: with HTTP/2 the client would close the whole connection. */
    private byte[] firstBytes(HttpRequest.Builder builder, int bytes) {
        HttpRequest request = builder.version(HttpClient.Version.HTTP_1_1).build();
        try {
            HttpResponse<InputStream> answer = client.send(request, BodyHandlers.ofInputStream());
            try (InputStream stream = answer.body()) {
                assertThat(answer.statusCode()).as(request.toString()).isEqualTo(200);
                return stream.readNBytes(bytes);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    static HttpResponse<String> ok(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer + " " + answer.body()).isEqualTo(200);
        return answer;
    }

    /** The object with this id in an array. */
    static JsonObject find(String array, String id) {
        return new JsonArray(array)
                .stream()
                        .map(JsonObject.class::cast)
                        .filter(object -> object.getString("id").equals(id))
                        .findFirst()
                        .orElseThrow();
    }

    private HttpRequest.Builder asOperator(URI address) {
        HttpRequest.Builder request = HttpRequest.newBuilder(address);
        token.ifPresent(its -> request.header("Authorization", "Bearer " + its));
        return request;
    }

    private HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            HttpResponse<String> answer =
                    client.send(request.build(), BodyHandlers.ofString(StandardCharsets.ISO_8859_1));
            check(answer);
            return answer;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** Checks that no response contains the internal URL. */
    private void check(HttpResponse<String> answer) {
        answer.headers()
                .map()
                .forEach((name, values) -> values.forEach(value ->
                        assertThat(value).as(answer + " " + name).doesNotContain("http://", inside.getAuthority())));
        String type = answer.headers().firstValue("Content-Type").orElse("");
        if (type.startsWith("video/")
                || type.startsWith("audio/aac")
                || answer.uri().getPath().endsWith("hls.min.js")) {
            return;
        }
        assertThat(answer.body()).as(answer.toString()).doesNotContain(inside.getAuthority());
        // The description has relative paths, and examples of receivers.
        if (!answer.uri().getPath().endsWith("/openapi")) {
            assertThat(answer.body())
                    .as(answer.toString())
                    .doesNotContain("http://")
                    .doesNotContainPattern(WITHOUT_PREFIX);
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
