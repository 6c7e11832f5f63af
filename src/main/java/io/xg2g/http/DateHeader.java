package io.xg2g.http;

import io.quarkus.vertx.http.ManagementInterface;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/** Adds the header {@code Date} to every response of both ports: RFC 9110, section 6.6.1. */
@Singleton
class DateHeader {
    /** Precedes every other handler, since each handler and failure handler may answer. */
    private static final int FIRST = Integer.MIN_VALUE;

    /** {@link DateTimeFormatter#RFC_1123_DATE_TIME} leaves out the first digit of {@code 06}. */
    private static final DateTimeFormatter IMF_FIXDATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private final InstantSource clock;

    /** Last value, used for the rest of its second. */
    private volatile Value last = new Value(Instant.EPOCH, "");

    private record Value(Instant second, String text) {}

    @Inject
    DateHeader() {
        this(InstantSource.system());
    }

    DateHeader(InstantSource clock) {
        this.clock = clock;
    }

    void register(@Observes Router router) {
        add(router);
    }

    void register(@Observes ManagementInterface management) {
        add(management.router());
    }

    /** Requests that the router rejects itself pass only failure handlers. */
    private void add(Router router) {
        router.route().order(FIRST).handler(this::date).failureHandler(this::date);
    }

    private void date(RoutingContext exchange) {
        exchange.addHeadersEndHandler(_ -> exchange.response().putHeader(HttpHeaders.DATE, now()));
        exchange.next();
    }

    /** Returns an IMF-fixdate, for instance {@code Sun, 06 Nov 1994 08:49:37 GMT}. */
    String now() {
        Instant second = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        Value value = last;
        if (!value.second().equals(second)) {
            value = new Value(second, IMF_FIXDATE.format(second));
            last = value;
        }
        return value.text();
    }
}
