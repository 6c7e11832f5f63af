package io.xg2g.upload;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Target that speaks HTTP: a server of files that accepts PUT, with WebDAV or without, or a bucket with the S3 API.
 *
 * <p>Redirects are not followed, because requests carry credentials. Missing collections of a WebDAV server are created by
 * MKCOL (RFC 4918, section 9.3). Certificates are checked.
 */
final class HttpTarget implements Target, AutoCloseable {
    private static final int NOT_FOUND = 404;
    private static final int GONE = 410;

    /** Statuses of a PUT into a collection that does not exist: 409 (RFC 4918, section 9.7.1), 500 (nginx), 403 and 404 (others). */
    private static final Set<Integer> MAYBE_NO_COLLECTION = Set.of(403, 404, 409, 500);

    /** Adds what proves who asks to the headers of a request. */
    interface Signer {
        /** Signer without credentials. */
        Signer NONE = (method, uri, headers, body) -> headers;

        /** Returns the headers to send; {@code Host} and {@code Content-Length} are ignored. */
        Map<String, String> sign(String method, URI uri, Map<String, String> headers, RequestBody body);
    }

    private final HttpClient http;
    private final URI base;
    private final Signer signer;
    private final Duration timeout;
    private final boolean collections;

    /** Collections into which a PUT has succeeded: as many as channels have renditions. */
    private final Set<String> existing = ConcurrentHashMap.newKeySet();

    private HttpTarget(URI base, Signer signer, Duration timeout, boolean collections) {
        this.base = base;
        this.signer = signer;
        this.timeout = timeout;
        this.collections = collections;
        http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(timeout)
                .build();
    }

    /** Returns the target at an address. */
    static HttpTarget at(UploadSettings.Address address, Duration timeout) {
        if (address.keys().isPresent()) {
            return new HttpTarget(address.base(), new S3Signer(address.keys().get()), timeout, false);
        }
        Signer signer = address.authorization()
                .<Signer>map(value -> (_, _, headers, _) -> {
                    Map<String, String> all = new TreeMap<>(headers);
                    all.put("Authorization", value);
                    return all;
                })
                .orElse(Signer.NONE);
        return new HttpTarget(address.base(), signer, timeout, true);
    }

    /**
     * {@inheritDoc}
     *
     * <p>Missing collections are created before it, so that a large file is not sent twice. The timeout is that of the transfer's
     * progress.
     */
    @Override
    public void put(StoredFile file) throws TargetException, InterruptedException {
        RequestBody body;
        try {
            body = RequestBody.Content.of(file.file());
        } catch (IOException gone) {
            throw new TargetException(TargetException.Kind.REFUSED, file.name() + " cannot be read: " + gone);
        }
        if (collections) {
            makeCollections(collection(file.name()));
        }
        Map<String, String> headers = Map.of("Content-Type", file.contentType(), "Cache-Control", file.cacheControl());
        check("PUT " + file.name(), send("PUT", file.name(), headers, body));
    }

    /** Returns the collection of an object, with a slash at its end. */
    private static String collection(String name) {
        return name.substring(0, name.lastIndexOf('/') + 1);
    }

    @Override
    public void put(StoredObject object) throws TargetException, InterruptedException {
        HttpResponse<byte[]> response = putOnce(object);
        String collection = collection(object.name());
        if (isSuccess(response.statusCode())) {
            existing.add(collection);
        } else if (collections
                && MAYBE_NO_COLLECTION.contains(response.statusCode())
                && !existing.contains(collection)) {
            makeCollections(collection);
            response = putOnce(object);
        }
        check("PUT " + object.name(), response);
    }

    private static void check(String request, HttpResponse<byte[]> response) throws TargetException {
        if (!isSuccess(response.statusCode())) {
            throw TargetException.of(request, response.statusCode(), response.body());
        }
    }

    private HttpResponse<byte[]> putOnce(StoredObject object) throws TargetException, InterruptedException {
        Map<String, String> headers =
                Map.of("Content-Type", object.contentType(), "Cache-Control", object.cacheControl());
        return send("PUT", object.name(), headers, new RequestBody.Bytes(object.bytes()));
    }

    /**
     * Creates a collection and those above it, as far as they are missing, the outermost first. Whether that was of use is shown
     * by the next PUT: servers without WebDAV refuse MKCOL, and others refuse it for collections that exist.
     */
    private void makeCollections(String name) throws TargetException, InterruptedException {
        String path = base.getRawPath() + name;
        for (int slash = path.indexOf('/', 1); slash >= 0; slash = path.indexOf('/', slash + 1)) {
            send("MKCOL", base.resolve(path.substring(0, slash + 1)), Map.of(), RequestBody.NONE);
        }
    }

    /** Returns whether an object exists. A target that does not say so is taken as one without it. */
    @Override
    public boolean exists(String name) throws TargetException, InterruptedException {
        int status = send("HEAD", name, Map.of(), RequestBody.NONE).statusCode();
        if (status >= 500 || status == 429) {
            throw TargetException.ofStatus("HEAD " + name, status);
        }
        return isSuccess(status);
    }

    /** Returns the content of an object. A target that does not give it is taken as one without it. */
    @Override
    public Optional<byte[]> get(String name) throws TargetException, InterruptedException {
        HttpResponse<byte[]> response = send("GET", name, Map.of(), RequestBody.NONE);
        if (response.statusCode() >= 500 || response.statusCode() == 429) {
            throw TargetException.ofStatus("GET " + name, response.statusCode());
        }
        return isSuccess(response.statusCode()) ? Optional.of(response.body()) : Optional.empty();
    }

    @Override
    public void delete(String name) throws TargetException, InterruptedException {
        int status = send("DELETE", name, Map.of(), RequestBody.NONE).statusCode();
        if (!isSuccess(status) && status != NOT_FOUND && status != GONE) {
            throw TargetException.ofStatus("DELETE " + name, status);
        }
    }

    private HttpResponse<byte[]> send(String method, String name, Map<String, String> headers, RequestBody body)
            throws TargetException, InterruptedException {
        return send(method, URI.create(base + name), headers, body);
    }

    private HttpResponse<byte[]> send(String method, URI uri, Map<String, String> headers, RequestBody body)
            throws TargetException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri).method(method, body.publisher());
        signer.sign(method, uri, headers, body).forEach((header, value) -> {
            if (!header.equalsIgnoreCase("Host") && !header.equalsIgnoreCase("Content-Length")) {
                request.setHeader(header, value);
            }
        });
        String what = method + " " + uri.getRawPath();
        CompletableFuture<HttpResponse<byte[]>> response = http.sendAsync(request.build(), BodyHandlers.ofByteArray());
        try {
            return await(response, body, what);
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof HttpTimeoutException) {
                throw timedOut(what);
            }
            throw new TargetException(TargetException.Kind.CONNECTION, what + " failed: " + reason(failed.getCause()));
        } finally {
            response.cancel(true);
            body.close();
        }
    }

    /** Waits for a response as long as the body makes progress within the timeout. */
    private HttpResponse<byte[]> await(CompletableFuture<HttpResponse<byte[]>> response, RequestBody body, String what)
            throws TargetException, InterruptedException, ExecutionException {
        long sent = 0;
        while (true) {
            try {
                return response.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException slow) {
                if (body.sent() == sent) {
                    throw timedOut(what);
                }
                sent = body.sent();
            }
        }
    }

    private TargetException timedOut(String what) {
        return new TargetException(
                TargetException.Kind.TIMEOUT, what + " was not answered within " + timeout.toMillis() + " ms");
    }

    private static String reason(@Nullable Throwable failure) {
        return String.valueOf(failure);
    }

    private static boolean isSuccess(int status) {
        return status >= 200 && status < 300;
    }

    /** Ends all requests. */
    @Override
    public void close() {
        http.shutdownNow();
    }
}
