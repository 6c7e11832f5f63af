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
 * Bounds the labels of {@code http_server_requests} that a client can choose: a method that is none of HTTP's counts as
 * {@code OTHER}, and a path that is written in another way than its normal form (of {@code /watch.js} there are any number,
 * such as {@code /x/../watch.js}) as {@code UNKNOWN}. So does that of {@code OPTIONS}, which is answered for every path where
 * other origins are allowed.
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
        return tags(request.method(), request.path());
    }

    /** What is to be said in place of the client's own words. */
    static Tags tags(HttpMethod method, @Nullable String path) {
        Tags tags = METHODS.contains(method.name()) ? Tags.empty() : Tags.of("method", OTHER);
        return method.equals(HttpMethod.OPTIONS) || path == null || !isNormal(path)
                ? tags.and("uri", "UNKNOWN")
                : tags;
    }

    private static boolean isNormal(String path) {
        boolean plain = path.startsWith("/") && path.indexOf('%') < 0 && !path.contains("//") && !path.contains("/.");
        return plain || path.equals(HttpUtils.normalizePath(path));
    }

    /** Whether a label is one of a few. */
    static boolean isBounded(String method) {
        return METHODS.contains(method) || method.equals(OTHER);
    }
}
