package io.xg2g.security;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.IdentityProviderManager;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.vertx.http.runtime.security.ChallengeData;
import io.quarkus.vertx.http.runtime.security.HttpAuthenticationMechanism;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;

/** API tokens as bearer tokens (RFC 6750). Every other bearer token is left to the provider. */
@ApplicationScoped
class ApiTokenMechanism implements HttpAuthenticationMechanism {
    private static final String SCHEME = "Bearer ";

    private final ApiTokens tokens;
    private final SecuritySettings settings;

    ApiTokenMechanism(ApiTokens tokens, SecuritySettings settings) {
        this.tokens = tokens;
        this.settings = settings;
    }

    @Override
    public Uni<SecurityIdentity> authenticate(RoutingContext exchange, IdentityProviderManager identities) {
        String header = exchange.request().getHeader(HttpHeaders.AUTHORIZATION);
        if (header == null
                || !settings.identitiesKnown()
                || !header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
                || !header.startsWith(ApiTokens.PREFIX, SCHEME.length())) {
            return Uni.createFrom().nullItem();
        }
        return tokens.find(header.substring(SCHEME.length()), Instant.now())
                .map(who -> Uni.createFrom().item(who))
                .orElseGet(() -> Uni.createFrom().failure(new AuthenticationFailedException()));
    }

    @Override
    public Uni<ChallengeData> getChallenge(RoutingContext exchange) {
        return Uni.createFrom().item(new ChallengeData(401, HttpHeaderNames.WWW_AUTHENTICATE, "Bearer"));
    }

    @Override
    public int getPriority() {
        return DEFAULT_PRIORITY + 10;
    }
}
