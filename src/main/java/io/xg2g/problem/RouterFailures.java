package io.xg2g.problem;

import io.vertx.core.VertxException;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/**
 * Failures that anybody can bring about outside of a resource, each of which would otherwise be an error with a stack trace in
 * the log: requests that the router refuses, such as one without {@code Host}, and requests that were answered already when
 * their resource came to answer them, such as one whose body was late.
 */
@ApplicationScoped
class RouterFailures {
    /** Before the handlers of the framework, behind the one that adds {@code Date}. */
    private static final int ORDER = Integer.MIN_VALUE + 1;

    void register(@Observes Router router) {
        router.route().order(ORDER).failureHandler(RouterFailures::answer);
    }

    private static void answer(RoutingContext exchange) {
        if (exchange.statusCode() == ProblemType.INVALID_REQUEST.status()
                && exchange.failure() instanceof VertxException) {
            ProblemMapper.send(exchange, ProblemType.INVALID_REQUEST.with("the request is malformed"));
        } else if (!(exchange.failure() instanceof IllegalStateException)
                || !exchange.response().ended()) {
            exchange.next();
        }
    }
}
