package io.xg2g.http;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import io.xg2g.problem.ProblemMapper;
import io.xg2g.problem.ProblemType;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.MediaType;
import org.jspecify.annotations.Nullable;

/**
 * Rejects requests whose {@code Content-Type} is no media type (RFC 9110, section 8.3), with or without a body: the
 * framework would fail while it looks for the method of a resource.
 */
@Singleton
class ContentTypeFilter {
    /** Follows the filters that refuse hosts and origins; precedes authentication and rate limits. */
    private static final int PRIORITY = 700;

    void register(@Observes Filters filters) {
        filters.register(ContentTypeFilter::handle, PRIORITY);
    }

    private static void handle(RoutingContext exchange) {
        HttpServerRequest request = exchange.request();
        @Nullable String type = request.getHeader(HttpHeaders.CONTENT_TYPE);
        if (type == null || isMediaType(type)) {
            exchange.next();
            return;
        }
        if (ResponseEnd.hasBody(request)) {
            ResponseEnd.of(exchange).bodyPending();
        }
        ProblemMapper.send(
                exchange,
                ProblemType.INVALID_REQUEST.with(
                        "the Content-Type header is malformed; it is a media type, for instance video/mp2t"));
    }

    static boolean isMediaType(String text) {
        try {
            MediaType.valueOf(text);
            return true;
        } catch (IllegalArgumentException malformed) {
            return false;
        }
    }
}
