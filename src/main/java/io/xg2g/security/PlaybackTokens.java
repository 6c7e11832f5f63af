package io.xg2g.security;

import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import io.quarkus.vertx.http.runtime.security.QuarkusHttpUser;
import io.vertx.ext.web.RoutingContext;
import io.xg2g.channel.PlaybackMode;
import io.xg2g.channel.PlaybackPass;
import io.xg2g.channel.PlaybackPasses;
import io.xg2g.http.ClientAddresses;
import io.xg2g.http.ClientKeys;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Playback tokens and list tokens in the URLs of requests and responses. */
@ApplicationScoped
class PlaybackTokens implements PlaybackPasses {
    /** Request attribute: the playback token in its URL. */
    private static final String OWN = PlaybackToken.class.getName();

    /** Request attribute: the list token in its URL. */
    private static final String LIST = ListTokens.class.getName();

    /** Request attribute: id of the playback that it begins. */
    private static final String BEGUN = Playbacks.class.getName();

    private final SecuritySettings security;
    private final Playbacks playbacks;
    private final ListTokens lists;
    private final ClientAddresses addresses;

    PlaybackTokens(SecuritySettings security, Playbacks playbacks, ListTokens lists, ClientAddresses addresses) {
        this.security = security;
        this.playbacks = playbacks;
        this.lists = lists;
        this.addresses = addresses;
    }

    @Override
    public boolean areFree() {
        return !security.identitiesKnown();
    }

    @Override
    public PlaybackPass address(RoutingContext exchange, String channel, PlaybackMode mode) {
        if (areFree()) {
            return PlaybackPass.NONE;
        }
        PlaybackToken entry = playbacks.entry(channel, mode, addresses.of(exchange.request()), credential(exchange));
        exchange.put(BEGUN, entry.claims().playback());
        return new PlaybackPass(entry.text(), entry.claims().openUntil());
    }

    @Override
    public PlaybackPass listed(RoutingContext exchange, String channel, PlaybackMode mode) {
        if (areFree()) {
            return PlaybackPass.NONE;
        }
        @Nullable String list = exchange.get(LIST);
        if (list != null) {
            return new PlaybackPass(list, null);
        }
        PlaybackToken entry = playbacks.listed(channel, mode, addresses.of(exchange.request()), credential(exchange));
        exchange.put(BEGUN, entry.claims().playback());
        return new PlaybackPass(entry.text(), entry.claims().openUntil());
    }

    @Override
    public PlaybackPass links(RoutingContext exchange, String channel) {
        if (areFree()) {
            return PlaybackPass.NONE;
        }
        PlaybackToken token = segmentToken(exchange, channel);
        return new PlaybackPass(token.text(), null);
    }

    private PlaybackToken segmentToken(RoutingContext exchange, String channel) {
        @Nullable PlaybackToken own = exchange.get(OWN);
        if (own != null && !own.isEntry()) {
            return own;
        }
        String client = addresses.of(exchange.request());
        if (own != null) {
            return playbacks.begin(own, client);
        }
        PlaybackToken begun = playbacks.begin(channel, client, credential(exchange));
        exchange.put(BEGUN, begun.claims().playback());
        return begun;
    }

    /** Authenticates a request by the playback token in its URL. */
    Optional<SecurityIdentity> admit(RoutingContext exchange, String text) {
        return PlaybackTarget.of(exchange)
                .flatMap(target -> playbacks.admit(text, target, addresses.of(exchange.request())))
                .map(token -> {
                    exchange.put(OWN, token);
                    PlaybackToken.Claims claims = token.claims();
                    return countedByAddress(Role.VIEWER.identity("playback:" + claims.playback(), claims.credential()));
                });
    }

    private static SecurityIdentity countedByAddress(SecurityIdentity player) {
        return QuarkusSecurityIdentity.builder(player)
                .addAttribute(ClientKeys.BY_ADDRESS, true)
                .build();
    }

    /** Authenticates a request by the list token in its URL. */
    Optional<SecurityIdentity> admitList(RoutingContext exchange, String text) {
        return lists.find(text).map(token -> {
            exchange.put(LIST, text);
            return Role.VIEWER.identity("list:" + token.id(), token.credential());
        });
    }

    /** Returns the time at which the response to a request has to end: that of its playback. */
    Instant end(RoutingContext exchange) {
        return exchange.get(OWN) == null ? Instant.MAX : playbacks.playbackEnd();
    }

    /** Returns the id of the playback that this request begins; {@code null} if it begins none. */
    static @Nullable String begunBy(RoutingContext exchange) {
        return exchange.get(BEGUN);
    }

    private static CredentialId credential(RoutingContext exchange) {
        return exchange.user() instanceof QuarkusHttpUser user
                ? CredentialId.of(user.getSecurityIdentity())
                : CredentialId.NONE;
    }
}
