package io.xg2g.security;

import io.quarkus.security.spi.runtime.AuthenticationFailureEvent;
import io.xg2g.logging.LogRateLimiter;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Logs why bearer tokens of the identity provider are rejected. The response does not contain the reason; the log is
 * for the operator who sets up the provider. At most one line per reason and {@link #INTERVAL}. Thread-safe.
 */
@Singleton
class TokenRefusalLog {
    static final Duration INTERVAL = Duration.ofSeconds(10);

    private static final Logger LOG = Logger.getLogger(TokenRefusalLog.class);

    /** Claims with roles if {@code xg2g.security.oidc.roles-claim} is not set. */
    private static final String DEFAULT_CLAIMS = "groups or realm_access/roles";

    private final SecurityConfig.Oidc config;
    private final Map<TokenRefusal.Reason, LogRateLimiter> limiters = new EnumMap<>(TokenRefusal.Reason.class);

    @Inject
    TokenRefusalLog(SecurityConfig config) {
        this(config.oidc(), System::nanoTime);
    }

    TokenRefusalLog(SecurityConfig.Oidc config, LongSupplier nanos) {
        this.config = config;
        for (TokenRefusal.Reason reason : TokenRefusal.Reason.values()) {
            limiters.put(reason, new LogRateLimiter(1, INTERVAL, nanos));
        }
    }

    void observe(@Observes AuthenticationFailureEvent event) {
        @Nullable Throwable failure = event.getAuthenticationFailure();
        if (failure != null && config.issuer().isPresent()) {
            TokenRefusal.of(
                            failure,
                            config.issuer().get(),
                            config.audience().orElse(List.of()),
                            InstantSource.system().instant())
                    .ifPresent(this::write);
        }
    }

    /**
     * Logs a valid token without any of the roles.
     *
     * @param found roles in the token
     */
    void withoutRole(Iterable<String> found) {
        String claim = config.rolesClaim().orElse(DEFAULT_CLAIMS);
        String value = String.join(", ", found);
        write(new TokenRefusal(
                TokenRefusal.Reason.ROLES, claim, value.isEmpty() ? null : value, "viewer, operator or admin"));
    }

    private void write(TokenRefusal refusal) {
        line(refusal)
                .ifPresent(line -> LOG.log(refusal.reason().isRoutine() ? Logger.Level.INFO : Logger.Level.WARN, line));
    }

    /** Returns the line to be logged; empty if the rate limit of its reason is exceeded. */
    Optional<String> line(TokenRefusal refusal) {
        LogRateLimiter limiter = Objects.requireNonNull(limiters.get(refusal.reason()));
        if (!limiter.tryAcquire()) {
            return Optional.empty();
        }
        return Optional.of("bearer token refused: claim=" + Audit.value(refusal.claim()) + " value="
                + Audit.value(refusal.value()) + " expected=" + Audit.value(refusal.expected()) + " left-out="
                + limiter.dropped() + " (docs/security.md#when-a-token-is-refused)");
    }
}
