package io.xg2g.security;

import io.quarkus.runtime.Startup;
import io.quarkus.scheduler.Scheduled;
import io.vertx.ext.web.RoutingContext;
import io.xg2g.http.ClientAddresses;
import io.xg2g.live.PlaybackMode;
import io.xg2g.live.PlaybackPass;
import io.xg2g.live.PlaybackPasses;
import jakarta.enterprise.context.ApplicationScoped;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Tokens for players, which send nothing but an address: who may watch is given one, and it goes on while they do. */
@ApplicationScoped
@Startup
class PlaybackTokens implements PlaybackPasses {
    /** Where a request keeps the playback that it belongs to, or has begun. */
    private static final String OWN = Playback.class.getName();

    private static final String BEGUN = PlaybackToken.class.getName();

    private final SecuritySettings security;
    private final PlaybackSettings settings;
    private final Playbacks playbacks;
    private final ClientAddresses addresses;
    private final SecureRandom random = new SecureRandom();

    PlaybackTokens(SecuritySettings security, PlaybackConfig config, ClientAddresses addresses) {
        this.security = security;
        this.settings = PlaybackSettings.of(config, random);
        this.playbacks = new Playbacks(settings, InstantSource.system());
        this.addresses = addresses;
    }

    @Override
    public boolean areFree() {
        return !security.identitiesKnown();
    }

    @Override
    public PlaybackPass pass(RoutingContext exchange, String channel, PlaybackMode mode) {
        if (areFree()) {
            return PlaybackPass.NONE;
        }
        Playback own = exchange.get(OWN);
        PlaybackToken token = own == null ? sign(channel, mode) : own.token();
        if (own == null) {
            exchange.put(BEGUN, token.playback());
        }
        return new PlaybackPass(token.text(), token.expires());
    }

    private PlaybackToken sign(String channel, PlaybackMode mode) {
        Instant expires = Instant.now().plus(settings.lifetime());
        return PlaybackToken.sign(settings.keys().getFirst(), channel, mode, expires, random);
    }

    /** The playback that this request belongs to by the token in its address, if that is good. */
    Optional<Playback> admit(RoutingContext exchange, String token) {
        Optional<PlaybackTarget> target = PlaybackTarget.of(exchange);
        String client = addresses.of(exchange.request());
        Optional<Playback> playback = target.flatMap(wanted -> playbacks.admit(token, wanted, client));
        playback.ifPresent(own -> {
            exchange.put(OWN, own);
            if (target.get().isContinuous()) {
                long left = playbacks.open(own, client);
                long end =
                        exchange.vertx().setTimer(left, _ -> exchange.response().reset());
                exchange.addEndHandler(_ -> {
                    exchange.vertx().cancelTimer(end);
                    playbacks.close(own, client);
                });
            }
        });
        return playback;
    }

    /** The name of the playback that this request has got a token for, if it has. */
    static @Nullable String begunBy(RoutingContext exchange) {
        return exchange.get(BEGUN);
    }

    @Scheduled(every = "10s")
    void sweep() {
        playbacks.sweep();
    }
}
