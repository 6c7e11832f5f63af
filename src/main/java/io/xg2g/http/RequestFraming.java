package io.xg2g.http;

import io.quarkus.vertx.http.ManagementInterface;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.xg2g.problem.ProblemMapper;
import io.xg2g.problem.ProblemType;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Rejects requests that a proxy in front of the service may have parsed differently (request smuggling): with several
 * {@code Host} headers (RFC 9112, section 3.2), or with a {@code Transfer-Encoding} other than a single
 * {@code chunked}, or beside a {@code Content-Length} (section 6.1). {@link StrictRequestDecoder} rejects HTTP/1
 * requests before; this handler applies to HTTP/2.
 */
@Singleton
class RequestFraming {
    /** Follows the handler that adds {@code Date}, precedes everything that reads a request. */
    private static final int FIRST = Integer.MIN_VALUE + 2;

    void register(@Observes Router router) {
        router.route().order(FIRST).handler(RequestFraming::check);
    }

    void register(@Observes ManagementInterface management) {
        management.router().route().order(FIRST).handler(RequestFraming::check);
    }

    private static void check(RoutingContext exchange) {
        HttpServerRequest request = exchange.request();
        if (request.version() != HttpVersion.HTTP_2 && !request.isSSL()) {
            // StrictRequestDecoder has looked at it. (Of TLS, the first request may have been decoded before it was in
            // place.)
            exchange.next();
            return;
        }
        @Nullable String wrong = fault(name -> request.headers().getAll(name));
        if (wrong == null) {
            exchange.next();
            return;
        }
        ProblemMapper.send(exchange, ProblemType.INVALID_REQUEST.with(wrong));
    }

    /**
     * Returns what is ambiguous in a head; {@code null} if nothing is.
     *
     * @param headers returns the values of a header
     */
    static @Nullable String fault(Function<CharSequence, List<String>> headers) {
        if (headers.apply(HttpHeaders.HOST).size() > 1) {
            return "the request has several Host headers";
        }
        List<String> encodings = headers.apply(HttpHeaders.TRANSFER_ENCODING);
        if (encodings.isEmpty()) {
            return null;
        }
        if (encodings.size() > 1 || !encodings.getFirst().strip().equalsIgnoreCase("chunked")) {
            return "Transfer-Encoding is not a single chunked";
        }
        return headers.apply(HttpHeaders.CONTENT_LENGTH).isEmpty()
                ? null
                : "the request has both Transfer-Encoding and Content-Length";
    }
}
