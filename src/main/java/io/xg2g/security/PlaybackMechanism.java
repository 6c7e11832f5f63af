package io.xg2g.security;

import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.IdentityProviderManager;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.vertx.http.runtime.security.ChallengeData;
import io.quarkus.vertx.http.runtime.security.HttpAuthenticationMechanism;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import io.xg2g.problem.ProblemException;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Authenticates playback tokens and list tokens in the query parameter {@code token} of URLs that players fetch. They
 * have priority over headers, so that a player that also sends a header continues its playback.
 */
@ApplicationScoped
class PlaybackMechanism implements HttpAuthenticationMechanism {
    private final PlaybackTokens tokens;

    PlaybackMechanism(PlaybackTokens tokens) {
        this.tokens = tokens;
    }

    @Override
    public Uni<SecurityIdentity> authenticate(RoutingContext exchange, IdentityProviderManager identities) {
        @Nullable
        String token = !tokens.areFree() && PlaybackTarget.isForPlayers(exchange)
                ? exchange.request().getParam("token")
                : null;
        if (token == null) {
            return Uni.createFrom().nullItem();
        }
        Throwable refusal = new AuthenticationFailedException();
        try {
            Optional<SecurityIdentity> player = token.startsWith(ListTokens.PREFIX)
                    ? tokens.admitList(exchange, token)
                    : tokens.admit(exchange, token);
            if (player.isPresent()) {
                return Uni.createFrom().item(player.get());
            }
        } catch (ProblemException unknown) {
            refusal = unknown;
        }
        return exchange.request().headers().contains(HttpHeaders.AUTHORIZATION)
                ? Uni.createFrom().nullItem()
                : Uni.createFrom().failure(refusal);
    }

    @Override
    public Uni<ChallengeData> getChallenge(RoutingContext exchange) {
        return Uni.createFrom().nullItem();
    }

    @Override
    public int getPriority() {
        return DEFAULT_PRIORITY + 20;
    }
}
