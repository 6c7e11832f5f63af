package io.xg2g.security;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import io.xg2g.http.ClientAddresses;
import io.xg2g.http.ClientKeys;
import io.xg2g.logging.LogRateLimiter;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.core.HttpHeaders;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerResponseFilter;
import org.jspecify.annotations.Nullable;

/**
 * Audit log: one line of {@code key=value} pairs in the log category {@code audit} for every request that changes
 * something or begins a playback, and for every rejected request; further requests of a playback are not logged.
 * Rejections are rate-limited, so that clients cannot fill the disk; the number of dropped lines is logged.
 * Thread-safe.
 */
@ApplicationScoped
class Audit {
    private static final Logger LOG = Logger.getLogger("audit");
    private static final Pattern STREAM = Pattern.compile("/(?:live|api/v1/channels|api/v1/streams)/([^/]+)(?:/.*)?");
    /** Resources ignore trailing slashes. */
    private static final Pattern CONTINUOUS = Pattern.compile("/(?:stream\\.ts|audio\\.aac)/*$");

    private static final Pattern PLAIN = Pattern.compile("[\\w./:@+%-]{1,200}");
    private static final Set<HttpMethod> READING = Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);
    private static final Set<Integer> REFUSED = Set.of(401, 403);
    private static final int MAX_VALUE_LENGTH = 200;

    /** Lines per second. */
    private static final int MAX_REFUSALS = 50;

    private final ClientAddresses addresses;
    private final LogRateLimiter refusals = new LogRateLimiter(MAX_REFUSALS, Duration.ofSeconds(1), System::nanoTime);

    Audit(ClientAddresses addresses) {
        this.addresses = addresses;
    }

    @ServerResponseFilter
    void filter(ContainerResponseContext response, RoutingContext exchange) {
        int status = response.getStatus();
        if (REFUSED.contains(status)) {
            refused(exchange, status);
        } else if (isAudited(exchange)) {
            write("allowed", exchange, status, response.getHeaderString(HttpHeaders.LOCATION));
        }
    }

    /** Logs a request that was rejected before it reached a resource. */
    void refused(RoutingContext exchange, int status) {
        if (mayLogRefusal()) {
            write("refused", exchange, status, null);
        }
    }

    /** Logs a response that was ended prematurely. */
    void ended(RoutingContext exchange, String reason) {
        LOG.infof(
                "outcome=ended reason=%s who=%s client=%s method=%s path=%s stream=%s",
                reason,
                value(identity(exchange)),
                value(addresses.of(exchange.request())),
                value(exchange.request().method().name()),
                value(exchange.normalizedPath()),
                value(stream(exchange)));
    }

    private void write(String outcome, RoutingContext exchange, int status, @Nullable String created) {
        HttpServerRequest request = exchange.request();
        LOG.infof(
                "outcome=%s status=%d who=%s client=%s method=%s path=%s stream=%s playback=%s created=%s",
                outcome,
                status,
                value(identity(exchange)),
                value(addresses.of(request)),
                value(request.method().name()),
                value(exchange.normalizedPath()),
                value(stream(exchange)),
                value(PlaybackTokens.begunBy(exchange)),
                value(created));
    }

    private boolean mayLogRefusal() {
        if (!refusals.tryAcquire()) {
            return false;
        }
        long dropped = refusals.dropped();
        if (dropped > 0) {
            LOG.infof("outcome=refused left-out=%d", dropped);
        }
        return true;
    }

    private static boolean isAudited(RoutingContext exchange) {
        return !READING.contains(exchange.request().method())
                || PlaybackTokens.begunBy(exchange) != null
                || CONTINUOUS.matcher(exchange.normalizedPath()).find();
    }

    static String identity(RoutingContext exchange) {
        return ClientKeys.identityName(exchange).orElse("anonymous");
    }

    private static @Nullable String stream(RoutingContext exchange) {
        Matcher path = STREAM.matcher(exchange.normalizedPath());
        return path.matches() ? path.group(1) : exchange.request().getParam("stream");
    }

    /** Formats a value: text that could be mistaken for another part of the line is quoted and escaped. */
    static String value(@Nullable String text) {
        if (text == null) {
            return "-";
        }
        if (PLAIN.matcher(text).matches()) {
            return text;
        }
        StringBuilder quoted = new StringBuilder("\"");
        text.codePoints().limit(MAX_VALUE_LENGTH).forEach(c -> {
            if (c == '"' || c == '\\') {
                quoted.append('\\').appendCodePoint(c);
            } else if (Character.isISOControl(c) || c == '\u2028' || c == '\u2029') {
                quoted.append(String.format(Locale.ROOT, "\\u%04x", c));
            } else {
                quoted.appendCodePoint(c);
            }
        });
        return quoted.append('"').toString();
    }
}
