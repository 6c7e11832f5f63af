package io.xg2g.source;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.core.tracing.TracingPolicy;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * HTTP client for sources. The host of every URL, including those of redirects, is resolved once and checked; the
 * connection uses the checked address, while the {@code Host} header and the certificate are those of the name.
 * Thread-safe.
 */
@ApplicationScoped
public class SourceClient {
    private static final int MAX_REDIRECTS = 5;
    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);
    private static final int UNAUTHORIZED = 401;
    private static final String AUTHORIZATION = "Authorization";
    private static final String MALFORMED = "the address of the server's redirect is malformed";

    private final Vertx vertx;
    private final HttpClient http;
    private final HttpLogins logins = new HttpLogins();

    SourceClient(Vertx vertx) {
        this.vertx = vertx;
        // A live stream occupies its connection for hours, and one host may serve many.
        this.http = vertx.httpClientBuilder()
                .with(new HttpClientOptions()
                        .setKeepAlive(false)
                        .setConnectTimeout(5_000)
                        .setTracingPolicy(TracingPolicy.IGNORE))
                .with(new PoolOptions().setHttp1MaxSize(10_000))
                .withConnectHandler(connection -> ((ConnectionBase) connection)
                        .channel()
                        .pipeline()
                        .addBefore(LineEnds.DECODER, null, new LineEnds()))
                .build();
    }

    /**
     * Sends a GET request, and follows redirects. Blocks until the head of the final response was received.
     *
     * <p>Requests have the {@linkplain FetchScope#headers headers and cookies of the source}, too. A body with a content
     * encoding is decoded. If the URL has credentials, or the source of its host, a challenge of the host is answered, once, and once
     * more if the server calls the nonce stale.
     *
     * @param headers of the request; {@code Authorization} is sent to the host of this URL only
     * @param timeout for the head of each response, and each chunk of the body
     * @throws SourceNotAllowed if the URL, or that of a redirect, may not be fetched
     * @throws UnusableResponse if a certificate is refused, the response is not HTTP, or there are too many redirects
     * @throws IOException if there is no response
     */
    public SourceResponse get(FetchScope scope, URI uri, Map<String, String> headers, Duration timeout)
            throws SourceNotAllowed, IOException, InterruptedException {
        URI address = uri;
        Map<String, String> sent = withDefaults(headers);
        Optional<Credentials> credentials = Credentials.of(uri);
        for (int n = 0; n <= MAX_REDIRECTS; n++) {
            ResolvedEndpoint endpoint = scope.to(address);
            Map<String, String> all = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
            all.putAll(sent);
            all.putAll(scope.headers(address));
            Message message = new Message(HttpMethod.GET, all, Buffer.buffer());
            Optional<Credentials> login = credentials.isPresent() ? credentials : scope.credentials(address);
            SourceResponse answer = loggedIn(endpoint, message, login, timeout);
            scope.responded(endpoint.uri(), answer.headers().getAll(HttpHeaders.SET_COOKIE));
            String location = answer.headers().get(HttpHeaders.LOCATION);
            if (!REDIRECTS.contains(answer.status()) || location == null) {
                return ContentDecoder.decoded(answer);
            }
            answer.body().close();
            URI next = redirected(address, location);
            if (!endpoint.host().equalsIgnoreCase(next.getHost())) {
                sent.remove(AUTHORIZATION);
                credentials = Optional.empty();
            }
            address = next;
        }
        throw new UnusableResponse("the server redirects more than " + MAX_REDIRECTS + " times");
    }

    /**
     * Sends a POST request; redirects are not followed. Blocks until the head of the response was received. Credentials of the URL are sent
     * by Basic authentication without a challenge, since not every program that takes callbacks sends one.
     *
     * @param headers of the request
     * @param timeout for the head of the response, and each piece of its body
     * @throws SourceNotAllowed if the URL may not be requested
     * @throws IOException if there is no response
     */
    public SourceResponse post(FetchScope scope, URI uri, Map<String, String> headers, byte[] body, Duration timeout)
            throws SourceNotAllowed, IOException, InterruptedException {
        Message message = new Message(HttpMethod.POST, withDefaults(headers), Buffer.buffer(body));
        return loggedIn(scope.to(uri), message, Credentials.of(uri), timeout);
    }

    /** What is sent to a server. */
    private record Message(HttpMethod method, Map<String, String> headers, Buffer body) {}

    private static Map<String, String> withDefaults(Map<String, String> headers) {
        Map<String, String> sent = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        sent.put("User-Agent", "xg2g-gpu");
        // Media is compressed already; servers that encode it nevertheless are understood.
        sent.put("Accept-Encoding", "identity");
        sent.putAll(headers);
        return sent;
    }

    /** Sends the request, with the credentials as the server asks for them. */
    private SourceResponse loggedIn(
            ResolvedEndpoint endpoint, Message message, Optional<Credentials> credentials, Duration timeout)
            throws IOException, InterruptedException {
        if (credentials.isEmpty() || message.headers().containsKey(AUTHORIZATION)) {
            return send(endpoint, message, timeout);
        }
        Credentials user = credentials.get();
        Optional<HttpLogins.Login> login = message.method().equals(HttpMethod.GET)
                ? logins.remembered(endpoint, user)
                : logins.remembered(endpoint, user).or(() -> Optional.of(logins.basic(user)));
        SourceResponse answer = send(endpoint, authorized(endpoint, message, login), timeout);
        for (int answered = 0; answer.status() == UNAUTHORIZED; answered++) {
            Optional<HttpLogins.Login> next = logins.challenged(user, answer.headers(), answered);
            if (next.isEmpty()) {
                break;
            }
            answer.body().close();
            login = next;
            answer = send(endpoint, authorized(endpoint, message, login), timeout);
        }
        boolean accepted = answer.status() != UNAUTHORIZED;
        login.ifPresent(last -> logins.ended(endpoint, last, accepted));
        return answer;
    }

    private Message authorized(ResolvedEndpoint endpoint, Message message, Optional<HttpLogins.Login> login) {
        if (login.isEmpty()) {
            return message;
        }
        Map<String, String> headers = new TreeMap<>(message.headers());
        headers.put(AUTHORIZATION, logins.answer(login.get(), message.method().name(), target(endpoint.uri())));
        return new Message(message.method(), headers, message.body());
    }

    /** Returns the path and query of a URL. */
    private static String target(URI uri) {
        String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        return uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery();
    }

    private static URI redirected(URI from, String location) throws IOException, SourceNotAllowed {
        URI next;
        try {
            next = LooseUrl.resolved(from, location);
        } catch (IllegalArgumentException malformed) {
            throw new UnusableResponse(MALFORMED, malformed);
        }
        String scheme = String.valueOf(next.getScheme());
        boolean same = scheme.equalsIgnoreCase(from.getScheme());
        if (!same && !(scheme.equalsIgnoreCase("https") && "http".equalsIgnoreCase(from.getScheme()))) {
            throw new SourceNotAllowed("a redirect leads to another scheme; only one from http to https is followed");
        }
        if (next.getHost() == null) {
            throw new UnusableResponse(MALFORMED);
        }
        return next;
    }

    /** Sends the request to the first address that accepts a connection. */
    private SourceResponse send(ResolvedEndpoint endpoint, Message message, Duration timeout)
            throws IOException, InterruptedException {
        IOException refused = new ConnectException("no address");
        for (InetAddress address : endpoint.addresses()) {
            try {
                return send(endpoint, address, message, timeout);
            } catch (ConnectException next) {
                refused = next;
            }
        }
        throw refused;
    }

    private SourceResponse send(ResolvedEndpoint endpoint, InetAddress address, Message message, Duration timeout)
            throws IOException, InterruptedException {
        Future<HttpClientRequest> request = http.request(options(endpoint, address, message));
        // All on the event loop: a short response could end before another thread has set its handlers.
        Future<SourceResponse> answer =
                request.compose(connected -> sent(connected, message).map(response -> {
                    BodyStream body = new BodyStream(response, vertx.getOrCreateContext(), timeout);
                    return new SourceResponse(endpoint.uri(), response.statusCode(), response.headers(), body);
                }));
        try {
            return answer.toCompletionStage().toCompletableFuture().get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException failed) {
            IOException reason = UnusableResponse.of(Objects.requireNonNullElse(failed.getCause(), failed));
            throw request.failed() && reason instanceof SocketException ? notConnected(reason) : reason;
        } catch (TimeoutException late) {
            abandon(request, answer);
            throw new SocketTimeoutException("no response within " + timeout.toMillis() + " ms");
        } catch (InterruptedException stop) {
            abandon(request, answer);
            throw stop;
        }
    }

    /** Returns the failure of a connection; without a route, or a network, the system reports another one than for a refusal. */
    private static ConnectException notConnected(IOException reason) {
        ConnectException failure = new ConnectException(reason.getMessage());
        failure.initCause(reason);
        return failure;
    }

    private static Future<HttpClientResponse> sent(HttpClientRequest request, Message message) {
        return message.method().equals(HttpMethod.GET) ? request.send() : request.send(message.body());
    }

    private static void abandon(Future<HttpClientRequest> request, Future<SourceResponse> answer) {
        request.onSuccess(HttpClientRequest::reset);
        answer.onSuccess(late -> ((BodyStream) late.body()).close());
    }

    private static RequestOptions options(ResolvedEndpoint endpoint, InetAddress address, Message message) {
        URI uri = endpoint.uri();
        RequestOptions options = new RequestOptions()
                .setMethod(message.method())
                .setServer(SocketAddress.inetSocketAddress(new InetSocketAddress(address, endpoint.port())))
                .setHost(endpoint.host())
                .setPort(endpoint.port())
                .setSsl(uri.getScheme().equalsIgnoreCase("https"))
                .setURI(target(uri));
        message.headers().forEach(options::putHeader);
        return options;
    }
}
