package io.xg2g.http;

import io.quarkus.vertx.http.ManagementInterface;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import io.xg2g.problem.Problem;
import io.xg2g.problem.ProblemMapper;
import io.xg2g.problem.ProblemType;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.MediaType;
import org.jspecify.annotations.Nullable;

/**
 * Filter that rejects requests whose head is ambiguous or malformed: its {@linkplain RequestFraming framing}, and a
 * {@code Content-Type} that is no media type (RFC 9110, section 8.3), on which the framework would fail while it looks
 * for the method of a resource.
 *
 * <p>Paths with parameters (matrix parameters: RFC 3986, section 3.3) do not exist. The framework ignores them when it looks for a
 * resource, so that what watches, limits and logs requests by their paths would have to do the same.
 */
@Singleton
class RequestHeadFilter {
    /** Follows the filter that watches the connection; precedes everything that reads a request. */
    private static final int PRIORITY = 950;

    /** Follows authentication (200), authorization (100) and rate limits (50). */
    private static final int AFTER_ADMISSION = 45;

    void register(@Observes Filters filters) {
        filters.register(RequestHeadFilter::handle, PRIORITY);
        filters.register(RequestHeadFilter::refuseParameters, AFTER_ADMISSION);
    }

    void register(@Observes ManagementInterface management) {
        management.router().route().order(-PRIORITY).handler(RequestHeadFilter::handle);
    }

    private static void handle(RoutingContext exchange) {
        HttpServerRequest request = exchange.request();
        @Nullable String fault = fault(request);
        if (fault == null) {
            exchange.next();
        } else {
            refuse(exchange, ProblemType.INVALID_REQUEST.with(fault));
        }
    }

    private static void refuseParameters(RoutingContext exchange) {
        if (exchange.normalizedPath().indexOf(';') < 0) {
            exchange.next();
        } else {
            refuse(
                    exchange,
                    ProblemType.NOT_FOUND.with("the path has a parameter (;), and no path of the service has one"));
        }
    }

    private static void refuse(RoutingContext exchange, Problem problem) {
        if (ResponseEnd.hasBody(exchange.request())) {
            ResponseEnd.of(exchange).bodyPending();
        }
        ProblemMapper.send(exchange, problem);
    }

    private static @Nullable String fault(HttpServerRequest request) {
        // StrictRequestDecoder has checked the framing of HTTP/1; of TLS, the first request may have been decoded
        // before
        // it was in place.
        if (request.version() == HttpVersion.HTTP_2 || request.isSSL()) {
            @Nullable
            String framing = RequestFraming.fault(name -> request.headers().getAll(name));
            if (framing != null) {
                return framing;
            }
        }
        @Nullable String type = request.getHeader(HttpHeaders.CONTENT_TYPE);
        return type == null || isMediaType(type)
                ? null
                : "the Content-Type header is malformed; it is a media type, for instance video/mp2t";
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
