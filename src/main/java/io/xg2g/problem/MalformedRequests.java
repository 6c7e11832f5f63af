package io.xg2g.problem;

import io.vertx.core.VertxException;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/**
 * Answers what the router refuses before any resource sees it, such as a request without {@code Host}. Otherwise each one
 * would be an error with a stack trace in the log, which anybody could fill.
 */
@ApplicationScoped
class MalformedRequests {

    void register(@Observes Router router) {
        router.route().order(Integer.MIN_VALUE).failureHandler(MalformedRequests::answer);
    }

    private static void answer(RoutingContext exchange) {
        if (exchange.statusCode() == ProblemType.INVALID_REQUEST.status()
                && exchange.failure() instanceof VertxException) {
            ProblemMapper.send(exchange, ProblemType.INVALID_REQUEST.with("the request is malformed"));
        } else {
            exchange.next();
        }
    }
}
