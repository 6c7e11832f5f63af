package io.xg2g.admission;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import io.xg2g.config.ConfigBounds;
import io.xg2g.http.HttpConfig;
import io.xg2g.http.ResponseEnd;
import io.xg2g.problem.Problem;
import io.xg2g.problem.ProblemMapper;
import io.xg2g.problem.ProblemType;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.MediaType;
import java.time.Duration;
import java.util.Locale;

/** Filter that limits the size and the arrival time of request bodies, except media and recordings, which have their own limits. */
@Singleton
class BodyLimits {
    /** After the limit of the HTTP layer, which is sized for media. */
    private static final int LAST = 1;

    static final long MOST_BYTES = 1L << 20;

    /** Key of the request attribute that marks limited bodies. */
    private static final String SMALL = BodyLimits.class.getName();

    private static final String RECORDINGS = "/api/v1/telemetry/replays";

    /** End of the path that retries a transcode, whose body is not read. */
    private static final String RETRY = "/retry";

    private final Duration timeout;

    BodyLimits(HttpConfig config) {
        this.timeout = ConfigBounds.duration(
                "xg2g.http.body-timeout", config.bodyTimeout(), Duration.ofSeconds(1), Duration.ofHours(1));
    }

    void register(@Observes Filters filters) {
        filters.register(this::handle, LAST);
    }

    private void handle(RoutingContext exchange) {
        HttpServerRequest request = exchange.request();
        if (!ResponseEnd.hasBody(request) || isRecording(exchange) || isMedia(exchange)) {
            exchange.next();
        } else if (ResponseEnd.contentLength(request) > MOST_BYTES) {
            refuse(exchange, tooLarge());
        } else {
            exchange.put(SMALL, true);
            long timer = exchange.vertx().setTimer(timeout.toMillis(), _ -> late(exchange));
            exchange.addEndHandler(_ -> exchange.vertx().cancelTimer(timer));
            exchange.next();
        }
    }

    static boolean appliesTo(RoutingContext exchange) {
        return exchange.get(SMALL) != null;
    }

    static Problem tooLarge() {
        return ProblemType.TOO_LARGE.with("the body has more than " + MOST_BYTES + " bytes");
    }

    private void late(RoutingContext exchange) {
        if (!exchange.request().isEnded() && !exchange.response().headWritten()) {
            refuse(
                    exchange,
                    ProblemType.BODY_TIMEOUT.with(
                            "the body did not arrive within " + timeout.toSeconds() + " s (xg2g.http.body-timeout)"));
        }
    }

    private static void refuse(RoutingContext exchange, Problem problem) {
        ResponseEnd.of(exchange).bodyPending();
        ProblemMapper.send(exchange, problem);
    }

    private static boolean isRecording(RoutingContext exchange) {
        return exchange.normalizedPath().equals(RECORDINGS);
    }

    /** Returns whether the body is that of a transcode, unless it names a source as JSON. */
    private static boolean isMedia(RoutingContext exchange) {
        return !isJson(exchange) && !exchange.normalizedPath().endsWith(RETRY) && isTranscode(exchange);
    }

    private static boolean isJson(RoutingContext exchange) {
        String type = exchange.request().getHeader(HttpHeaders.CONTENT_TYPE);
        return type != null && type.strip().toLowerCase(Locale.ROOT).startsWith(MediaType.APPLICATION_JSON);
    }

    private static boolean isTranscode(RoutingContext exchange) {
        return RequestClass.of(exchange.request().method(), exchange.normalizedPath(), _ -> null)
                        instanceof RequestClass.Work(Kind kind)
                && kind == Kind.TRANSCODE;
    }
}
