package io.xg2g.http;

import io.micrometer.core.instrument.Tags;
import io.quarkus.arc.Unremovable;
import io.quarkus.micrometer.runtime.HttpServerMetricsTagsContributor;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.impl.HttpUtils;
import jakarta.inject.Singleton;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Bounds the labels of {@code http_server_requests} that a client can choose: a method that is not defined by HTTP is
 * labelled {@code OTHER}; a path that is not in normal form ({@code /x/../watch.js}, for instance, which is one of
 * infinitely many spellings of {@code /watch.js}) is labelled {@code UNKNOWN}. So is the path of an {@code OPTIONS}
 * request, which is answered for every path if CORS is enabled. A request that another gateway of a cluster answers is labelled
 * {@code FORWARDED}: that gateway counts it by its path.
 */
@Singleton
@Unremovable
final class RequestLabels implements HttpServerMetricsTagsContributor {
    static final String OTHER = "OTHER";

    /** RFC 9110, section 9.3, and RFC 5789. */
    private static final Set<String> METHODS =
            Set.of("GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH");

    @Override
    public Tags contribute(Context context) {
        HttpServerRequest request = context.request();
        Tags tags = tags(request.method(), request.path());
        return ForwardedRequests.isSent(request) ? tags.and("uri", "FORWARDED") : tags;
    }

    /** Returns the labels that replace those of the client. */
    static Tags tags(HttpMethod method, @Nullable String path) {
        Tags tags = METHODS.contains(method.name()) ? Tags.empty() : Tags.of("method", OTHER);
        return method.equals(HttpMethod.OPTIONS) || path == null || !isNormal(path) ? tags.and("uri", "UNKNOWN") : tags;
    }

    private static boolean isNormal(String path) {
        boolean plain = path.startsWith("/") && path.indexOf('%') < 0 && !path.contains("//") && !path.contains("/.");
        return plain || path.equals(HttpUtils.normalizePath(path));
    }

    /** Returns whether a label is one of the known methods or {@code OTHER}. */
    static boolean isBounded(String method) {
        return METHODS.contains(method) || method.equals(OTHER);
    }
}
