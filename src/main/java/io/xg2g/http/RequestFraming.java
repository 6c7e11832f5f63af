package io.xg2g.http;

import io.quarkus.vertx.http.ManagementInterface;
import io.vertx.core.MultiMap;
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
import org.jspecify.annotations.Nullable;

/**
 * Refuses requests that a proxy in front may have read in another way: with several {@code Host} headers (RFC 9112, section
 * 3.2), or with a {@code Transfer-Encoding} other than {@code chunked} alone (section 6.1). The connection is closed after the
 * answer, since it is not known where the next request begins.
 */
@Singleton
class RequestFraming {
    /** Behind the handler that adds {@code Date}, before everything that looks at a request. */
    private static final int FIRST = Integer.MIN_VALUE + 2;

    void register(@Observes Router router) {
        router.route().order(FIRST).handler(RequestFraming::check);
    }

    void register(@Observes ManagementInterface management) {
        management.router().route().order(FIRST).handler(RequestFraming::check);
    }

    private static void check(RoutingContext exchange) {
        HttpServerRequest request = exchange.request();
        @Nullable String wrong = fault(request.headers());
        if (wrong == null) {
            exchange.next();
            return;
        }
        if (request.version() != HttpVersion.HTTP_2) {
            exchange.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        }
        ProblemMapper.send(exchange, ProblemType.INVALID_REQUEST.with(wrong));
    }

    /** What is ambiguous of a head; {@code null} where nothing is. */
    static @Nullable String fault(MultiMap headers) {
        if (headers.getAll(HttpHeaders.HOST).size() > 1) {
            return "the request has several Host headers";
        }
        List<String> encodings = headers.getAll(HttpHeaders.TRANSFER_ENCODING);
        if (encodings.isEmpty()) {
            return null;
        }
        if (encodings.size() > 1 || !encodings.getFirst().strip().equalsIgnoreCase("chunked")) {
            return "Transfer-Encoding is not chunked alone";
        }
        return headers.contains(HttpHeaders.CONTENT_LENGTH)
                ? "the request has both Transfer-Encoding and Content-Length"
                : null;
    }
}
