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
 * Ends long responses when their authorization ends: continuous streams, Server-Sent Events, and playlists that wait
 * for a segment. Other responses are sent to their end, and accepted work is finished.
 */
@ApplicationScoped
class OpenResponses {
    private static final Logger LOG = Logger.getLogger(OpenResponses.class);
    private static final Pattern EVENTS = Pattern.compile("/api/v1/(?:.+/)?events/*");
    private static final Pattern LONG = Pattern.compile(
            "/live/[^/]+/(?:stream\\.ts|audio\\.aac|.+\\.(?:m3u8|mpd))/*|/api/v1/cameras/[^/]+/frames\\.mjpeg/*|"
                    + EVENTS);

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

    /**
     * Watches the response to an authenticated request if it is a long one. Called on the event loop, before the
     * response begins.
     */
    void watch(RoutingContext exchange, SecurityIdentity identity) {
        if (!exchange.request().method().equals(HttpMethod.GET)
                || !LONG.matcher(exchange.normalizedPath()).matches()) {
            return;
        }
        OpenStreams.Open open = streams.add(authorization(identity), playbacks.end(exchange), new Ending(exchange));
        exchange.addEndHandler(_ -> streams.remove(open));
    }

    private BooleanSupplier authorization(SecurityIdentity identity) {
        @Nullable
        TokenCredential token =
                identity.getPrincipal() instanceof JsonWebToken ? identity.getCredential(TokenCredential.class) : null;
        if (token != null) {
            return () -> providerTokens.isValid(token.getToken());
        }
        CredentialId credential = CredentialId.of(identity);
        return () -> credentials.isValid(credential);
    }

    /**
     * Ends a response. Each step has its own thread: a writer whose client does not read can hold the lock of its
     * HTTP/2 connection.
     */
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
                    ProblemMapper.send(exchange, ProblemType.UNAUTHENTICATED.with("the token is no longer valid"));
                }
            } catch (IllegalStateException begun) {
                LOG.debug("response not rejected, it has begun or its client has disconnected", begun);
            }
        }

        @Override
        public void reset() {
            LOG.debugf("response aborted, credential no longer valid: path=%s", exchange.normalizedPath());
            ResponseEnd.of(exchange).abort();
        }
    }
}
