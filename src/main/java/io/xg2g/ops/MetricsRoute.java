package io.xg2g.ops;

import io.micrometer.prometheus.PrometheusMeterRegistry;
import io.quarkus.vertx.http.ManagementInterface;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.MIMEHeader;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Metrics in the format that the client accepts: OpenMetrics 1.0.0, or the Prometheus text format 0.0.4, which is the default.
 * (The route of the extension defaults to OpenMetrics, and answers 406 if a parameter of the media type, for instance
 * Prometheus' {@code escaping}, differs from its own.)
 */
// Micrometer has deprecated this registry, but the extension provides no other one.
@SuppressWarnings("deprecation")
@ApplicationScoped
class MetricsRoute {
    private static final String OPEN_METRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    private static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";

    /** Precedes the route of the extension, follows the handlers that watch connections. */
    private static final int ORDER = -100;

    private final PrometheusMeterRegistry registry;
    private final String path;

    MetricsRoute(
            PrometheusMeterRegistry registry,
            @ConfigProperty(name = "quarkus.micrometer.export.prometheus.path") String path) {
        this.registry = registry;
        this.path = path;
    }

    void register(@Observes ManagementInterface management) {
        management.router().get(path).order(ORDER).blockingHandler(this::scrape, false);
    }

    private void scrape(RoutingContext exchange) {
        String format = format(exchange.parsedHeaders().accept());
        exchange.response().putHeader(HttpHeaders.CONTENT_TYPE, format).end(registry.scrape(format));
    }

    /**
     * Returns the format of the response.
     *
     * @param accepted accepted media types, in order of decreasing weight
     */
    static String format(List<MIMEHeader> accepted) {
        return accepted.stream()
                .filter(type -> type.weight() > 0)
                .flatMap(type -> offered(type).stream())
                .findFirst()
                .orElse(TEXT);
    }

    private static Optional<String> offered(MIMEHeader type) {
        String version = type.parameter("version");
        return switch (type.component() + "/" + type.subComponent()) {
            case "application/openmetrics-text" ->
                version == null || version.equals("1.0.0") ? Optional.of(OPEN_METRICS) : Optional.empty();
            case "text/plain", "text/*", "*/*" ->
                version == null || version.equals("0.0.4") ? Optional.of(TEXT) : Optional.empty();
            default -> Optional.empty();
        };
    }
}
