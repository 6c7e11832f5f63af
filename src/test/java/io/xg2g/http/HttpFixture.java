package io.xg2g.http;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Parts of an API port for routers of tests. */
public final class HttpFixture {
    private HttpFixture() {}

    /** Adds the handler that watches the ends of responses; before all others. */
    public static void watchResponses(Router router) {
        router.route().order(Integer.MIN_VALUE).handler(HttpFixture::watch);
    }

    private static void watch(RoutingContext exchange) {
        ResponseEnd.watch(exchange, null);
        exchange.next();
    }

    /** Returns the handler of a server: requests are paused until their bodies are read, as those of the program. */
    public static Handler<HttpServerRequest> root(Router router) {
        return request -> {
            request.pause();
            router.handle(request);
        };
    }

    public static ClientAddresses addresses(String... trustedProxies) {
        return new ClientAddresses(new Config(List.of(trustedProxies)));
    }

    public static PublicUrls urls(String... trustedProxies) {
        return new PublicUrls(new Config(List.of(trustedProxies)));
    }

    private record Config(List<String> proxies) implements HttpConfig {
        @Override
        public Optional<List<String>> trustedProxies() {
            return Optional.of(proxies);
        }

        @Override
        public String forwardedHeader() {
            return "x-forwarded-for";
        }

        @Override
        public Optional<String> publicUrl() {
            return Optional.empty();
        }

        @Override
        public int maxConnectionsPerClient() {
            return 256;
        }

        @Override
        public Duration idleTimeout() {
            return Duration.ofMinutes(1);
        }

        @Override
        public Duration bodyTimeout() {
            return Duration.ofSeconds(15);
        }
    }
}
