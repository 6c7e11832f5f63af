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

/** What those are told who are not let in, wherever that is found out. */
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
    Response nobody(UnauthorizedException nobody, RoutingContext exchange) {
        return unauthenticated(exchange, "Bearer", "the request names nobody; send Authorization: Bearer and a token");
    }

    /** Why it is not good is not said: who has a good one need not know, and who guesses must not. */
    @ServerExceptionMapper
    Response notGood(AuthenticationFailedException failed, RoutingContext exchange) {
        if (ProviderOutage.isBehind(failed)) {
            exchange.response().headers().remove(HttpHeaders.WWW_AUTHENTICATE);
            return answer(exchange, outage.problem(failed)).build();
        }
        return unauthenticated(exchange, INVALID_TOKEN, "the token is not good, or not good any longer");
    }

    @ServerExceptionMapper
    Response tooSmall(ForbiddenException tooSmall, RoutingContext exchange) {
        return answer(exchange, ProblemType.FORBIDDEN.with("the identity is known, but its role does not allow this"))
                .build();
    }

    private Response unauthenticated(RoutingContext exchange, String challenge, String detail) {
        // A mechanism that refused by itself has had its challenge written already.
        exchange.response().headers().remove(HttpHeaders.WWW_AUTHENTICATE);
        Response.ResponseBuilder answer = answer(exchange, ProblemType.UNAUTHENTICATED.with(detail))
                .header(HttpHeaders.WWW_AUTHENTICATE, challenge);
        return (takesPassword(exchange) ? answer.header(HttpHeaders.WWW_AUTHENTICATE, BASIC) : answer).build();
    }

    /** Players send a password only when asked. The page, which browsers would ask for one too, always sends a token. */
    private boolean takesPassword(RoutingContext exchange) {
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
