package io.xg2g.problem;

import io.vertx.core.VertxException;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/**
 * Handler of failures outside of resources that any client can cause, and that would otherwise be logged as errors with
 * a stack trace: requests that the router rejects, for instance one without {@code Host}, and requests whose response
 * was sent before their resource wrote it, for instance after a body timeout.
 */
@ApplicationScoped
class RouterFailures {
    /** Precedes the handlers of the framework, follows the one that adds {@code Date}. */
    private static final int ORDER = Integer.MIN_VALUE + 1;

    void register(@Observes Router router) {
        router.route().order(ORDER).failureHandler(RouterFailures::answer);
    }

    private static void answer(RoutingContext exchange) {
        if (exchange.failure() instanceof ProblemException refused
                && !exchange.response().ended()) {
            // Of the authentication, before any resource.
            ProblemMapper.send(exchange, refused.problem());
        } else if (exchange.statusCode() == ProblemType.INVALID_REQUEST.status()
                && exchange.failure() instanceof VertxException) {
            ProblemMapper.send(exchange, ProblemType.INVALID_REQUEST.with("the request is malformed"));
        } else if (!(exchange.failure() instanceof IllegalStateException)
                || !exchange.response().ended()) {
            exchange.next();
        }
    }
}
