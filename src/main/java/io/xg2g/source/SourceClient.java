package io.xg2g.source;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.tracing.TracingPolicy;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Fetches sources over HTTP. Every address, the first one and those that redirects lead to, is resolved once, checked,
 * and connected to as resolved; name and certificate stay those of the host.
 */
@ApplicationScoped
public class SourceClient {
    private static final int MOST_REDIRECTS = 5;
    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);
    private static final String AUTHORIZATION = "Authorization";

    private final Vertx vertx;
    private final HttpClient http;

    SourceClient(Vertx vertx) {
        this.vertx = vertx;
        // A live stream holds its connection for hours, and there may be many from one host.
        this.http = vertx.createHttpClient(new HttpClientOptions()
                .setKeepAlive(false)
                .setMaxPoolSize(10_000)
                .setConnectTimeout(5_000)
                .setTracingPolicy(TracingPolicy.IGNORE));
    }

    /**
     * Sends a GET and follows redirects; blocks until the head of the last answer is there.
     *
     * @param headers of the request; {@code Authorization} goes to this address's host only
     * @param timeout for each answer's head, and each piece of the body
     * @throws SourceNotAllowed if the address, or one that a redirect leads to, may not be fetched
     * @throws IOException if there is no answer
     */
    public SourceResponse get(FetchScope reach, URI uri, Map<String, String> headers, Duration timeout)
            throws SourceNotAllowed, IOException, InterruptedException {
        URI address = uri;
        Map<String, String> sent = withUser(uri, headers);
        for (int n = 0; n <= MOST_REDIRECTS; n++) {
            ResolvedEndpoint destination = reach.to(address);
            SourceResponse answer = ask(destination, sent, timeout);
            String location = answer.headers().get(HttpHeaders.LOCATION);
            if (!REDIRECTS.contains(answer.status()) || location == null) {
                return answer;
            }
            answer.body().close();
            URI next = redirected(address, location);
            if (!destination.host().equalsIgnoreCase(next.getHost())) {
                sent.remove(AUTHORIZATION);
            }
            address = next;
        }
        throw new IOException("more than " + MOST_REDIRECTS + " redirects");
    }

    private static Map<String, String> withUser(URI uri, Map<String, String> headers) {
        Map<String, String> sent = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        sent.put("User-Agent", "xg2g-gpu");
        if (uri.getUserInfo() != null) {
            byte[] user = uri.getUserInfo().getBytes(StandardCharsets.UTF_8);
            sent.put(AUTHORIZATION, "Basic " + Base64.getEncoder().encodeToString(user));
        }
        sent.putAll(headers);
        return sent;
    }

    private static URI redirected(URI from, String location) throws IOException, SourceNotAllowed {
        URI next;
        try {
            next = from.resolve(location.replaceFirst("#.*", ""));
        } catch (IllegalArgumentException malformed) {
            throw new IOException("the redirect leads to no URL", malformed);
        }
        String scheme = String.valueOf(next.getScheme());
        boolean same = scheme.equalsIgnoreCase(from.getScheme());
        if (!same && !(scheme.equalsIgnoreCase("https") && "http".equalsIgnoreCase(from.getScheme()))) {
            throw new SourceNotAllowed("a redirect leads to another scheme; followed is one from http to https");
        }
        return next;
    }

    /** Asks the first of the addresses that takes a connection. */
    private SourceResponse ask(ResolvedEndpoint destination, Map<String, String> headers, Duration timeout)
            throws IOException, InterruptedException {
        IOException refused = new ConnectException("no address");
        for (InetAddress address : destination.addresses()) {
            try {
                return ask(destination, address, headers, timeout);
            } catch (ConnectException next) {
                refused = next;
            }
        }
        throw refused;
    }

    private SourceResponse ask(
            ResolvedEndpoint destination, InetAddress address, Map<String, String> headers, Duration timeout)
            throws IOException, InterruptedException {
        Future<HttpClientRequest> request = http.request(options(destination, address, headers));
        // All on the event loop: a short answer would be over before another thread had said what to do with it.
        Future<SourceResponse> answer = request.compose(asked -> asked.send().map(response -> {
            BodyStream body = new BodyStream(response, vertx.getOrCreateContext(), timeout);
            return new SourceResponse(destination.uri(), response.statusCode(), response.headers(), body);
        }));
        try {
            return answer.toCompletionStage().toCompletableFuture().get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof IOException known) {
                throw known;
            }
            throw new IOException("no answer", failed.getCause());
        } catch (TimeoutException late) {
            abandon(request, answer);
            throw new SocketTimeoutException("no answer within " + timeout.toMillis() + " ms");
        } catch (InterruptedException stop) {
            abandon(request, answer);
            throw stop;
        }
    }

    private static void abandon(Future<HttpClientRequest> request, Future<SourceResponse> answer) {
        request.onSuccess(HttpClientRequest::reset);
        answer.onSuccess(late -> ((BodyStream) late.body()).close());
    }

    private static RequestOptions options(
            ResolvedEndpoint destination, InetAddress address, Map<String, String> headers) {
        URI uri = destination.uri();
        String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        RequestOptions options = new RequestOptions()
                .setMethod(HttpMethod.GET)
                .setServer(SocketAddress.inetSocketAddress(new InetSocketAddress(address, destination.port())))
                .setHost(destination.host())
                .setPort(destination.port())
                .setSsl(uri.getScheme().equalsIgnoreCase("https"))
                .setURI(uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery());
        headers.forEach(options::putHeader);
        return options;
    }
}
