package io.xg2g.security;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import io.xg2g.http.PublicUrl;
import io.xg2g.http.PublicUrls;
import io.xg2g.http.ResponseEnd;
import io.xg2g.problem.Problem;
import io.xg2g.problem.ProblemMapper;
import io.xg2g.problem.ProblemType;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/**
 * Protection against cross-site request forgery (CSRF). A browser sends requests of a page of another site without
 * preflight, with the stored password of the user, if they are a POST with the type of a form or none. The filter
 * rejects each request but {@code GET}, {@code HEAD} and {@code OPTIONS} that comes from another origin according to
 * {@code Sec-Fetch-Site} or {@code Origin}, unless that origin is one of {@code quarkus.http.cors.origins}; and each
 * body without {@code Content-Type}. A request with a bearer token is accepted, since only a page that has the token
 * can send it.
 */
@Singleton
class CrossSiteRequests {
    /** Follows {@link HostHeaderFilter}, precedes authentication and rate limits. */
    private static final int PRIORITY = 800;

    private static final Set<HttpMethod> SAFE = Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);

    private final PublicUrls urls;
    private final Audit audit;
    private final Predicate<String> allowed;

    @Inject
    CrossSiteRequests(
            PublicUrls urls,
            Audit audit,
            @ConfigProperty(name = "quarkus.http.cors.enabled", defaultValue = "false") boolean enabled,
            @ConfigProperty(name = "quarkus.http.cors.origins") Optional<List<String>> origins) {
        this.urls = urls;
        this.audit = audit;
        this.allowed = enabled ? allowed(origins.orElse(List.of())) : _ -> false;
    }

    void register(@Observes Filters filters) {
        filters.register(this::handle, PRIORITY);
    }

    private void handle(RoutingContext exchange) {
        HttpServerRequest request = exchange.request();
        if (SAFE.contains(request.method())) {
            exchange.next();
            return;
        }
        boolean hasBody =
                ResponseEnd.contentLength(request) > 0 || request.headers().contains(HttpHeaders.TRANSFER_ENCODING);
        if (isCrossOrigin(request)) {
            audit.refused(exchange, ProblemType.FORBIDDEN.status());
            refuse(
                    exchange,
                    ProblemType.FORBIDDEN.with("the request comes from a page of another origin, which is none of"
                            + " quarkus.http.cors.origins; see docs/security.md"));
        } else if (hasBody && !request.headers().contains(HttpHeaders.CONTENT_TYPE)) {
            refuse(exchange, ProblemType.UNSUPPORTED_TYPE.with("the body has no Content-Type"));
        } else {
            exchange.next();
        }
    }

    private static void refuse(RoutingContext exchange, Problem problem) {
        if (ResponseEnd.hasBody(exchange.request())) {
            ResponseEnd.of(exchange).bodyPending();
        }
        ProblemMapper.send(exchange, problem);
    }

    private boolean isCrossOrigin(HttpServerRequest request) {
        @Nullable String authorization = request.getHeader(HttpHeaders.AUTHORIZATION);
        if (authorization != null && authorization.regionMatches(true, 0, "Bearer ", 0, 7)) {
            return false;
        }
        return isCrossOrigin(
                request.getHeader("Sec-Fetch-Site"), request.getHeader(HttpHeaders.ORIGIN), urls.of(request), allowed);
    }

    /**
     * Returns whether a request comes from a page of another origin.
     *
     * @param site {@code Sec-Fetch-Site}: Fetch Metadata, section 2.3; a page cannot set it
     * @param origin {@code Origin}: RFC 6454, section 7
     * @param own URL at which the client reaches the service
     * @param allowed accepts the origins of the CORS configuration
     */
    static boolean isCrossOrigin(
            @Nullable String site, @Nullable String origin, PublicUrl own, Predicate<String> allowed) {
        if ("same-origin".equals(site) || (origin != null && allowed.test(origin))) {
            return false;
        }
        return origin == null ? "cross-site".equals(site) : !isOrigin(origin, own);
    }

    private static boolean isOrigin(String origin, PublicUrl own) {
        URI uri;
        try {
            uri = URI.create(origin);
        } catch (IllegalArgumentException malformed) {
            return false;
        }
        @Nullable String scheme = uri.getScheme();
        return scheme != null
                && own.host().equalsIgnoreCase(uri.getHost())
                && own.scheme().equals(scheme.toLowerCase(Locale.ROOT))
                && own.port()
                        == (uri.getPort() >= 0 ? uri.getPort() : own.scheme().equals("https") ? 443 : 80);
    }

    /** Parses the setting as Quarkus does: {@code *}, a regular expression between slashes, or an origin. */
    static Predicate<String> allowed(List<String> origins) {
        return origins.stream()
                .map(String::strip)
                .map(CrossSiteRequests::matcher)
                .reduce(_ -> false, Predicate::or);
    }

    private static Predicate<String> matcher(String origin) {
        if (origin.equals("*")) {
            return _ -> true;
        }
        return origin.length() > 1 && origin.startsWith("/") && origin.endsWith("/")
                ? Pattern.compile(origin.substring(1, origin.length() - 1)).asMatchPredicate()
                : origin::equals;
    }
}
