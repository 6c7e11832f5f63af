package io.xg2g.delivery;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import io.xg2g.channel.LivePath;
import io.xg2g.channel.PlaybackPasses;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Cross-origin access (CORS) to the live channels, for Chromecast and web players of other origins: open to every origin if
 * each request needs a token, which such a page has to have been given. Without identities any page that a user visits could
 * read the channels, so that it is closed then. {@code quarkus.http.cors.enabled} replaces it.
 */
@Singleton
class LiveCors {
    /** Follows the check of cross-site requests, precedes rate limits and authentication: a preflight has no token. */
    private static final int PRIORITY = 790;

    private static final String METHODS = "GET, HEAD, OPTIONS";
    private static final String REQUEST_HEADERS = "Accept, Authorization, Content-Type, If-None-Match, If-Range, Range";
    private static final String RESPONSE_HEADERS = "Age, Content-Length, Content-Range, Date, ETag, Retry-After";
    private static final String ONE_DAY = "86400";

    private static final CharSequence ANY = HttpHeaders.createOptimized("*");
    private static final CharSequence EXPOSED = HttpHeaders.createOptimized(RESPONSE_HEADERS);
    private static final CharSequence RESOURCE_POLICY = HttpHeaders.createOptimized("Cross-Origin-Resource-Policy");
    private static final CharSequence CROSS_ORIGIN = HttpHeaders.createOptimized("cross-origin");

    private final boolean open;

    @Inject
    LiveCors(
            PlaybackPasses passes,
            @ConfigProperty(name = "quarkus.http.cors.enabled", defaultValue = "false") boolean configured) {
        this.open = !passes.areFree() && !configured;
    }

    void register(@Observes Filters filters) {
        if (open) {
            filters.register(LiveCors::handle, PRIORITY);
        }
    }

    private static void handle(RoutingContext exchange) {
        if (!exchange.normalizedPath().startsWith(LivePath.ROOT)) {
            exchange.next();
            return;
        }
        HttpServerResponse response = exchange.response();
        response.putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, ANY)
                .putHeader(HttpHeaders.ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
        exchange.addHeadersEndHandler(_ -> response.putHeader(RESOURCE_POLICY, CROSS_ORIGIN));
        if (exchange.request().method().equals(HttpMethod.OPTIONS)) {
            response.setStatusCode(204)
                    .putHeader(HttpHeaders.ALLOW, METHODS)
                    .putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_METHODS, METHODS)
                    .putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_HEADERS, REQUEST_HEADERS)
                    .putHeader(HttpHeaders.ACCESS_CONTROL_MAX_AGE, ONE_DAY)
                    .end();
        } else {
            exchange.next();
        }
    }
}
