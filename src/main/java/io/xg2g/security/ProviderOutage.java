package io.xg2g.security;

import io.quarkus.arc.Unremovable;
import io.quarkus.oidc.OIDCException;
import io.quarkus.oidc.SecurityEvent;
import io.quarkus.oidc.common.OidcRequestFilter;
import io.quarkus.security.AuthenticationFailedException;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.xg2g.http.ResponseEnd;
import io.xg2g.logging.LogRateLimiter;
import io.xg2g.problem.Problem;
import io.xg2g.problem.ProblemMapper;
import io.xg2g.problem.ProblemType;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;

/**
 * Handling of failures of the identity provider: it is unreachable, times out, or responds with an error or with
 * anything but OpenID Connect. Bearer tokens can then be neither accepted nor rejected: the response is 503 with
 * {@code Retry-After}, and at most one line per {@link #LOG_INTERVAL} is logged. API tokens and playback tokens do not
 * depend on the provider.
 *
 * <p>Every request to the provider times out after {@link #TIMEOUT}. Thread-safe.
 */
@ApplicationScoped
@Unremovable
class ProviderOutage implements OidcRequestFilter {
    static final Duration LOG_INTERVAL = Duration.ofMinutes(1);

    private static final Logger LOG = Logger.getLogger(ProviderOutage.class);

    /**
     * The start waits {@code quarkus.oidc.connection-timeout} for two requests, the metadata and the keys; a later
     * failure would be logged with its stack trace.
     */
    private static final Duration TIMEOUT = Duration.ofSeconds(4);

    private static final Duration RETRY = Duration.ofSeconds(10);

    /** Precedes the handlers of the framework, follows the one for malformed requests. */
    private static final int ORDER = Integer.MIN_VALUE + 2;

    private final AtomicBoolean logged = new AtomicBoolean();
    private final LogRateLimiter lines;

    @Inject
    ProviderOutage() {
        this(System::nanoTime);
    }

    ProviderOutage(LongSupplier nanos) {
        this.lines = new LogRateLimiter(1, LOG_INTERVAL, nanos);
    }

    /** Sets a time-out for the response: that of the framework applies to the connection only. */
    @Override
    public Uni<Void> filter(OidcRequestFilterContext context) {
        context.request().timeout(TIMEOUT.toMillis());
        return Uni.createFrom().voidItem();
    }

    /** Answers requests whose bearer token could not be verified. */
    void register(@Observes Router router) {
        router.route().order(ORDER).failureHandler(this::answer);
    }

    /** Logs an outage at the start, before any request has failed. */
    void observe(@Observes SecurityEvent event) {
        if (event.getEventType() == SecurityEvent.Type.OIDC_SERVER_NOT_AVAILABLE && logged.compareAndSet(false, true)) {
            LOG.warn("identity provider unavailable at start (xg2g.security.oidc.issuer), retried with each token");
        }
    }

    private void answer(RoutingContext exchange) {
        Throwable failure = exchange.failure();
        if (failure == null || exchange.response().ended() || !isCauseOf(failure)) {
            exchange.next();
            return;
        }
        if (ResponseEnd.hasBody(exchange.request())) {
            ResponseEnd.of(exchange).bodyPending();
        }
        ProblemMapper.send(exchange, problem(failure));
    }

    /**
     * Returns whether an authentication failed because of the provider. A token that was verified and rejected has
     * other causes: exceptions of the JOSE library.
     */
    static boolean isCauseOf(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof OIDCException || isConnectionFailure(cause, failure)) {
                return true;
            }
        }
        return false;
    }

    /** Applies to failed authentications only: other connection failures have other handlers. */
    private static boolean isConnectionFailure(Throwable cause, Throwable failure) {
        return failure instanceof AuthenticationFailedException
                && (cause instanceof IOException || cause instanceof TimeoutException);
    }

    /** Returns the problem for the response, and logs the outage unless that was done recently. */
    Problem problem(Throwable failure) {
        if (mayLog()) {
            LOG.warnf(
                    "identity provider unavailable (xg2g.security.oidc.issuer), bearer tokens are answered with 503:"
                            + " reason=%s",
                    reason(failure));
        }
        return ProblemType.IDENTITY_PROVIDER_UNAVAILABLE
                .with("the identity provider, which has to check the token, cannot be used at present")
                .retryAfter(RETRY);
    }

    boolean mayLog() {
        return lines.tryAcquire();
    }

    /** Returns the innermost cause, in one line. */
    private static String reason(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        String message = String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
        return cause.getClass().getSimpleName() + ": " + message;
    }
}
