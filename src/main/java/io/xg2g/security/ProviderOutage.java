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
 * Failures of the identity provider: it is unreachable, does not answer in time, or answers with an error or with what is not
 * OpenID Connect. A bearer token can be neither accepted nor refused then: the answer is 503 with {@code Retry-After}, and
 * the log has at most one line in {@link #LOG_INTERVAL}. API tokens and tokens of playbacks do not need the provider.
 *
 * <p>Every request to the provider is given up after {@link #TIMEOUT}. Thread-safe.
 */
@ApplicationScoped
@Unremovable
class ProviderOutage implements OidcRequestFilter {
    static final Duration LOG_INTERVAL = Duration.ofMinutes(1);

    private static final Logger LOG = Logger.getLogger(ProviderOutage.class);

    /**
     * The start awaits two requests, the description and the keys, for {@code quarkus.oidc.connection-timeout}: what fails
     * after that would be logged with its stack trace.
     */
    private static final Duration TIMEOUT = Duration.ofSeconds(4);

    private static final Duration RETRY = Duration.ofSeconds(10);

    /** Before the handlers of the framework, behind the one for malformed requests. */
    private static final int ORDER = Integer.MIN_VALUE + 2;

    private final AtomicBoolean noticed = new AtomicBoolean();
    private final LogRateLimiter lines;

    @Inject
    ProviderOutage() {
        this(System::nanoTime);
    }

    ProviderOutage(LongSupplier nanos) {
        this.lines = new LogRateLimiter(1, LOG_INTERVAL, nanos);
    }

    /** The framework's own timeout is about the connection only; a provider that never answers would hold the request. */
    @Override
    public Uni<Void> filter(OidcRequestFilterContext context) {
        context.request().timeout(TIMEOUT.toMillis());
        return Uni.createFrom().voidItem();
    }

    /** Answers requests whose bearer token could not be checked. */
    void register(@Observes Router router) {
        router.route().order(ORDER).failureHandler(this::answer);
    }

    /** Says so at the start, before any request has failed. */
    void observe(@Observes SecurityEvent event) {
        if (event.getEventType() == SecurityEvent.Type.OIDC_SERVER_NOT_AVAILABLE
                && noticed.compareAndSet(false, true)) {
            LOG.warn("identity provider cannot be used yet (xg2g.security.oidc.issuer); it is tried again with each"
                    + " token");
        }
    }

    private void answer(RoutingContext exchange) {
        Throwable failure = exchange.failure();
        if (failure == null || exchange.response().ended() || !isBehind(failure)) {
            exchange.next();
            return;
        }
        if (ResponseEnd.hasBody(exchange.request())) {
            ResponseEnd.of(exchange).bodyPending();
        }
        ProblemMapper.send(exchange, problem(failure));
    }

    /**
     * Whether the provider is why the authentication failed. A token that was checked and is not good has other causes; its
     * exceptions are those of the JOSE library.
     */
    static boolean isBehind(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof OIDCException || isOfTheConnection(cause, failure)) {
                return true;
            }
        }
        return false;
    }

    /** Only as the cause of a failed authentication: other failures of connections are of other handlers. */
    private static boolean isOfTheConnection(Throwable cause, Throwable failure) {
        return failure instanceof AuthenticationFailedException
                && (cause instanceof IOException || cause instanceof TimeoutException);
    }

    /** What the client is told; logs it, unless that was done a short while ago. */
    Problem problem(Throwable failure) {
        if (isToBeLogged()) {
            LOG.warnf(
                    "identity provider cannot be used (xg2g.security.oidc.issuer), bearer tokens are answered with 503:"
                            + " reason=%s",
                    reason(failure));
        }
        return ProblemType.IDENTITY_PROVIDER_UNAVAILABLE
                .with("the identity provider, which has to check the token, cannot be used at present")
                .retryAfter(RETRY);
    }

    boolean isToBeLogged() {
        return lines.take();
    }

    /** The innermost cause, in one line. */
    private static String reason(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        String message = String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
        return cause.getClass().getSimpleName() + ": " + message;
    }
}
