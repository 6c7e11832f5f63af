package io.xg2g.security;

import io.quarkus.security.credential.TokenCredential;
import io.quarkus.security.identity.SecurityIdentity;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import io.xg2g.http.ClientAddresses;
import io.xg2g.http.ResponseEnd;
import io.xg2g.problem.ProblemMapper;
import io.xg2g.problem.ProblemType;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import org.eclipse.microprofile.jwt.JsonWebToken;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Has responses that last end with the right to them: continuous streams, Server-Sent Events, and playlists that wait for a
 * segment. Others are sent to their end, as is work done that was accepted.
 */
@ApplicationScoped
class OpenResponses {
    private static final Logger LOG = Logger.getLogger(OpenResponses.class);
    private static final String PLAYLIST_END = "\\.(?:m3u8|mpd)/*";
    private static final Pattern PLAYLIST = Pattern.compile(".*" + PLAYLIST_END);
    private static final Pattern LASTING =
            Pattern.compile("/live/[^/]+/(?:stream\\.ts/*|audio\\.aac/*|.+" + PLAYLIST_END + ")|/api/v1/.+/events/*");

    private final OpenStreams streams;
    private final PlaybackTokens playbacks;
    private final Credentials credentials;
    private final ProviderTokens providerTokens;
    private final ClientAddresses addresses;

    OpenResponses(
            OpenStreams streams,
            PlaybackTokens playbacks,
            Credentials credentials,
            ProviderTokens providerTokens,
            ClientAddresses addresses) {
        this.streams = streams;
        this.playbacks = playbacks;
        this.credentials = credentials;
        this.providerTokens = providerTokens;
        this.addresses = addresses;
    }

    /** Watches the response to an authenticated request, if it lasts. Called on the event loop, before it begins. */
    void watch(RoutingContext exchange, SecurityIdentity who) {
        if (!exchange.request().method().equals(HttpMethod.GET)
                || !LASTING.matcher(exchange.normalizedPath()).matches()) {
            return;
        }
        OpenStreams.Open open = streams.add(right(who), playbacks.end(exchange), new Ending(exchange));
        exchange.addEndHandler(_ -> streams.remove(open));
    }

    private BooleanSupplier right(SecurityIdentity who) {
        @Nullable
        TokenCredential token =
                who.getPrincipal() instanceof JsonWebToken ? who.getCredential(TokenCredential.class) : null;
        if (token != null) {
            return () -> providerTokens.isValid(token.getToken());
        }
        CredentialId credential = CredentialId.of(who);
        return () -> credentials.isValid(credential);
    }

    /** Each step has a thread of its own: a writer whose client does not read can hold its connection of HTTP/2. */
    private final class Ending implements OpenStreams.Ending {
        private final RoutingContext exchange;
        private final String client;

        Ending(RoutingContext exchange) {
            this.exchange = exchange;
            this.client = addresses.of(exchange.request());
        }

        @Override
        public void finish() {
            Thread.startVirtualThread(() -> {
                Audit.ended(exchange, client, "credential-not-valid");
                ResponseEnd.of(exchange).finish();
                if (PLAYLIST.matcher(exchange.normalizedPath()).matches()
                        && !exchange.response().headWritten()) {
                    ProblemMapper.send(exchange, ProblemType.UNAUTHENTICATED.with("the token is not good any longer"));
                }
            });
        }

        @Override
        public void reset() {
            LOG.debugf(
                    "response broken off, its credential is not valid any longer: path=%s", exchange.normalizedPath());
            Thread.startVirtualThread(() -> exchange.response().reset());
        }
    }
}
