package io.xg2g.security;

import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.ForbiddenException;
import io.quarkus.security.UnauthorizedException;
import io.vertx.ext.web.RoutingContext;
import io.xg2g.http.ResponseEnd;
import io.xg2g.problem.Problem;
import io.xg2g.problem.ProblemMapper;
import io.xg2g.problem.ProblemType;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;
import org.jspecify.annotations.Nullable;

/** Maps failed authentication and authorization to problem details. */
final class SecurityExceptionMappers {
    /** RFC 6750, section 3.1. */
    static final String INVALID_TOKEN = "Bearer error=\"invalid_token\"";

    private static final String BASIC = "Basic realm=\"xg2g-gpu\", charset=\"UTF-8\"";

    private final SecuritySettings settings;
    private final ProviderOutage outage;

    SecurityExceptionMappers(SecuritySettings settings, ProviderOutage outage) {
        this.settings = settings;
        this.outage = outage;
    }

    @ServerExceptionMapper
    Response unauthorized(UnauthorizedException unauthorized, RoutingContext exchange) {
        boolean sent = exchange.request().headers().contains(HttpHeaders.AUTHORIZATION);
        return unauthenticated(
                exchange,
                "Bearer",
                sent
                        ? "the Authorization header has no credentials of this service; send Bearer and a token; an API token"
                                + " begins with " + ApiTokens.PREFIX
                        : "the request has no credentials; send Authorization: Bearer and a token");
    }

    /** The response does not contain the reason, which could help an attacker; {@link TokenRefusalLog} logs it. */
    @ServerExceptionMapper
    Response invalidToken(AuthenticationFailedException failed, RoutingContext exchange) {
        if (ProviderOutage.isCauseOf(failed)) {
            exchange.response().headers().remove(HttpHeaders.WWW_AUTHENTICATE);
            return answer(exchange, outage.problem(failed)).build();
        }
        return unauthenticated(exchange, INVALID_TOKEN, "the token is invalid, expired or revoked");
    }

    @ServerExceptionMapper
    Response forbidden(ForbiddenException forbidden, RoutingContext exchange) {
        return answer(exchange, ProblemType.FORBIDDEN.with("the role of the identity does not permit this request"))
                .build();
    }

    private Response unauthenticated(RoutingContext exchange, String challenge, String detail) {
        // The challenge of the mechanism that rejected the request.
        exchange.response().headers().remove(HttpHeaders.WWW_AUTHENTICATE);
        Response.ResponseBuilder answer = answer(exchange, ProblemType.UNAUTHENTICATED.with(detail))
                .header(HttpHeaders.WWW_AUTHENTICATE, challenge);
        return (acceptsPassword(exchange) ? answer.header(HttpHeaders.WWW_AUTHENTICATE, BASIC) : answer).build();
    }

    /**
     * Players send a password only after a challenge. The web page always sends a token, and a challenge would make the
     * browser ask for a password.
     */
    private boolean acceptsPassword(RoutingContext exchange) {
        @Nullable String sent = exchange.request().getHeader(HttpHeaders.AUTHORIZATION);
        return settings.apiTokensKnown()
                && PlaybackTarget.isForPlayers(exchange)
                && exchange.request().getParam("token") == null
                && (sent == null || sent.regionMatches(true, 0, "Basic ", 0, "Basic ".length()));
    }

    private static Response.ResponseBuilder answer(RoutingContext exchange, Problem problem) {
        if (ResponseEnd.hasBody(exchange.request())) {
            ResponseEnd.of(exchange).bodyPending();
        }
        return ProblemMapper.response(problem);
    }
}
