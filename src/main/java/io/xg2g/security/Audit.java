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
 * Who did what to which stream, and whether it was allowed: one line each in the log's category {@code audit}, made of
 * {@code key=value}. Noted is what changes something, what begins a playback, and whatever is refused; a player's further
 * requests are not. Who is refused a thousand times a second shall not fill the disk: then some lines stand for all.
 */
@ApplicationScoped
class Audit {
    private static final Logger LOG = Logger.getLogger("audit");
    private static final Pattern STREAM = Pattern.compile("/(?:live|api/v1/channels|api/v1/streams)/([^/]+)(?:/.*)?");
    /** Resources take slashes at the end for nothing. */
    private static final Pattern CONTINUOUS = Pattern.compile(".*/(?:stream\\.ts|audio\\.aac)/*");

    private static final Pattern PLAIN = Pattern.compile("[\\w./:@+%-]{1,200}");
    private static final Set<HttpMethod> READING = Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);
    private static final Set<Integer> REFUSED = Set.of(401, 403);
    private static final int LONGEST = 200;

    /** Lines a second. */
    private static final int MOST_REFUSALS = 50;

    private final ClientAddresses addresses;
    private final LogRateLimiter refusals = new LogRateLimiter(MOST_REFUSALS, Duration.ofSeconds(1), System::nanoTime);

    Audit(ClientAddresses addresses) {
        this.addresses = addresses;
    }

    @ServerResponseFilter
    void note(ContainerResponseContext response, RoutingContext exchange) {
        int status = response.getStatus();
        if (REFUSED.contains(status)) {
            refused(exchange, status);
        } else if (isToBeNoted(exchange)) {
            write("allowed", exchange, status, response.getHeaderString(HttpHeaders.LOCATION));
        }
    }

    /** A request was refused before it came to a resource. */
    void refused(RoutingContext exchange, int status) {
        if (hasRoom()) {
            write("refused", exchange, status, null);
        }
    }

    /** A response was ended before its time. */
    void ended(RoutingContext exchange, String reason) {
        LOG.infof(
                "outcome=ended reason=%s who=%s client=%s method=%s path=%s stream=%s",
                reason,
                value(who(exchange)),
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
                value(who(exchange)),
                value(addresses.of(request)),
                value(request.method().name()),
                value(exchange.normalizedPath()),
                value(stream(exchange)),
                value(PlaybackTokens.begunBy(exchange)),
                value(created));
    }

    private boolean hasRoom() {
        if (!refusals.take()) {
            return false;
        }
        long leftOut = refusals.leftOut();
        if (leftOut > 0) {
            LOG.infof("outcome=refused left-out=%d", leftOut);
        }
        return true;
    }

    private static boolean isToBeNoted(RoutingContext exchange) {
        return !READING.contains(exchange.request().method())
                || PlaybackTokens.begunBy(exchange) != null
                || CONTINUOUS.matcher(exchange.normalizedPath()).matches();
    }

    static String who(RoutingContext exchange) {
        return ClientKeys.identityName(exchange).orElse("anonymous");
    }

    private static @Nullable String stream(RoutingContext exchange) {
        Matcher path = STREAM.matcher(exchange.normalizedPath());
        return path.matches() ? path.group(1) : exchange.request().getParam("stream");
    }

    /** As a value in one line: what could be taken for something else is quoted and escaped. */
    static String value(@Nullable String text) {
        if (text == null) {
            return "-";
        }
        if (PLAIN.matcher(text).matches()) {
            return text;
        }
        StringBuilder quoted = new StringBuilder("\"");
        text.codePoints().limit(LONGEST).forEach(c -> {
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
