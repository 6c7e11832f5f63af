package io.xg2g.security;

import io.quarkus.security.credential.TokenCredential;
import io.quarkus.security.identity.SecurityIdentity;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import io.xg2g.http.ResponseEnd;
import io.xg2g.problem.ProblemMapper;
import io.xg2g.problem.ProblemType;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.HttpHeaders;
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
    private static final Pattern EVENTS = Pattern.compile("/api/v1/.+/events/*");
    private static final Pattern LASTING =
            Pattern.compile("/live/[^/]+/(?:stream\\.ts|audio\\.aac|.+\\.(?:m3u8|mpd))/*|" + EVENTS);

    private final OpenStreams streams;
    private final PlaybackTokens playbacks;
    private final Credentials credentials;
    private final ProviderTokens providerTokens;
    private final Audit audit;

    OpenResponses(
            OpenStreams streams,
            PlaybackTokens playbacks,
            Credentials credentials,
            ProviderTokens providerTokens,
            Audit audit) {
        this.streams = streams;
        this.playbacks = playbacks;
        this.credentials = credentials;
        this.providerTokens = providerTokens;
        this.audit = audit;
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

        Ending(RoutingContext exchange) {
            this.exchange = exchange;
        }

        @Override
        public void finish() {
            Thread.startVirtualThread(() -> {
                audit.ended(exchange, "credential-not-valid");
                if (!EVENTS.matcher(exchange.normalizedPath()).matches()) {
                    refuseUnlessBegun();
                }
                ResponseEnd.of(exchange).finish();
            });
        }

        private void refuseUnlessBegun() {
            try {
                if (!exchange.response().headWritten()) {
                    exchange.response().putHeader(HttpHeaders.WWW_AUTHENTICATE, SecurityExceptionMappers.INVALID_TOKEN);
                    ProblemMapper.send(exchange, ProblemType.UNAUTHENTICATED.with("the token is not good any longer"));
                }
            } catch (IllegalStateException begun) {
                LOG.debug("response began, or its client left, when it was to be refused", begun);
            }
        }

        @Override
        public void reset() {
            LOG.debugf(
                    "response broken off, its credential is not valid any longer: path=%s", exchange.normalizedPath());
            Thread.startVirtualThread(() -> exchange.response().reset());
        }
    }
}
