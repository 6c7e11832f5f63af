package io.xg2g.forward;

import io.quarkus.vertx.http.runtime.VertxHttpRecorder;
import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import io.xg2g.cluster.ClusterSettings;
import io.xg2g.cluster.InnerRoutes;
import io.xg2g.cluster.Role;
import io.xg2g.cluster.Signatures;
import io.xg2g.http.ForwardedRequests;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Takes requests that other gateways forward to the inner port, and hands them to the handlers of the API port, as if the client were
 * connected to it: the client authenticates itself, and is known by its own address.
 *
 * <p>The signature of the request covers what the other gateway tells about the client ({@link Signatures#FORWARDED}); it is checked
 * by {@link io.xg2g.cluster.InnerServer}. At the API port that header has no meaning.
 */
@Singleton
class ForwardReception {
    private final boolean gateway;
    private final Handler<HttpServerRequest> api;

    @Inject
    ForwardReception(ClusterSettings settings) {
        this(settings.role() == Role.GATEWAY, VertxHttpRecorder.getRootHandler());
    }

    ForwardReception(boolean gateway, Handler<HttpServerRequest> api) {
        this.gateway = gateway;
        this.api = api;
    }

    void register(@Observes InnerRoutes routes) {
        if (gateway) {
            routes.router()
                    .get(Gateways.PROBE)
                    .handler(exchange -> exchange.response().setStatusCode(204).end());
            routes.router().route().handler(this::handle);
        }
    }

    private void handle(RoutingContext exchange) {
        HttpServerRequest request = exchange.request();
        MultiMap headers = request.headers();
        @Nullable String forwarded = headers.get(Signatures.FORWARDED);
        if (forwarded == null) {
            exchange.next();
            return;
        }
        Optional<ForwardedRequests.Client> client = ForwardHeaders.parse(forwarded);
        if (client.isEmpty()) {
            exchange.response().setStatusCode(400).end("malformed " + Signatures.FORWARDED + "\n");
            return;
        }
        headers.remove(Signatures.HEADER).remove(Signatures.FORWARDED);
        ForwardedRequests.received(request, client.get());
        api.handle(new ForwardedRequest(request, client.get()));
    }
}
