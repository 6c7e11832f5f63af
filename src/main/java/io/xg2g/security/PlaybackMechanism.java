package io.xg2g.security;

import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.IdentityProviderManager;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.vertx.http.runtime.security.ChallengeData;
import io.quarkus.vertx.http.runtime.security.HttpAuthenticationMechanism;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The tokens in the addresses of a channel. They come first: who sends a header too stays the same playback. */
@ApplicationScoped
class PlaybackMechanism implements HttpAuthenticationMechanism {
    private final PlaybackTokens tokens;

    PlaybackMechanism(PlaybackTokens tokens) {
        this.tokens = tokens;
    }

    @Override
    public Uni<SecurityIdentity> authenticate(RoutingContext exchange, IdentityProviderManager identities) {
        String token = tokenOf(exchange);
        if (token == null) {
            return Uni.createFrom().nullItem();
        }
        Optional<Playback> playback = tokens.admit(exchange, token);
        if (playback.isPresent()) {
            return Uni.createFrom().item(playback.get().identity());
        }
        return exchange.request().headers().contains(HttpHeaders.AUTHORIZATION)
                ? Uni.createFrom().nullItem()
                : Uni.createFrom().failure(new AuthenticationFailedException());
    }

    private @Nullable String tokenOf(RoutingContext exchange) {
        HttpMethod method = exchange.request().method();
        boolean fetches = method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD);
        return fetches && !tokens.areFree() && exchange.normalizedPath().startsWith(PlaybackTarget.ROOT)
                ? exchange.request().getParam("token")
                : null;
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
