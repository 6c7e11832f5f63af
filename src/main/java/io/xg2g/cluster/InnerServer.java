package io.xg2g.cluster;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.tracing.TracingPolicy;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.xg2g.http.InternalServers;
import io.xg2g.logging.LogRateLimiter;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Event;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * HTTP server for the other members, on {@code xg2g.cluster.host} and {@code xg2g.cluster.port}. A program on its own opens none.
 *
 * <p>A request without a valid {@linkplain Signatures signature} is answered with 401 before a route gets it, and its connection
 * is closed. What this program serves itself has paths that begin with {@value #ROOT}. It is not encrypted.
 */
@Singleton
public class InnerServer {
    /** Beginning of the paths of what members ask each other; {@code application.properties} excludes it from the metrics. */
    public static final String ROOT = "/cluster/";

    private static final Logger LOG = Logger.getLogger(InnerServer.class);

    /**
     * Priority of the observer of the start: behind those that load what members ask for. A gateway that has just been restarted is
     * still known to the others, and a job that is not loaded yet would be unknown.
     */
    static final int LOADED = Integer.MAX_VALUE - 20;

    /** Priority of the observer of the shutdown: behind those that end what uses the port. */
    private static final int LAST = Integer.MAX_VALUE;

    private static final String MEMBER = InnerServer.class.getName();

    /** A forwarded request has the headers of its client besides those of the gateway. */
    private static final int MAX_HEADERS = 64 << 10;

    private static final int MAX_LINE = 16 << 10;

    /** Of connections on which nothing is sent, as of those of clients, whose reading a forwarded response waits for. */
    private static final int IDLE_SECONDS = 600;

    private final Vertx vertx;
    private final Optional<ClusterSettings.Shared> shared;
    private final Signatures signatures;
    private final InternalServers servers;
    private final Consumer<InnerRoutes> routes;
    private final LogRateLimiter refusals = new LogRateLimiter(6, Duration.ofMinutes(1), System::nanoTime);
    private volatile @Nullable HttpServer server;

    @Inject
    InnerServer(
            Vertx vertx,
            ClusterSettings settings,
            Signatures signatures,
            InternalServers servers,
            Event<InnerRoutes> routes) {
        this(vertx, settings.shared(), signatures, servers, routes::fire);
    }

    /**
     * Creates one.
     *
     * @param shared settings; empty for a program on its own, which opens no port
     * @param routes adds the routes
     */
    public InnerServer(
            Vertx vertx,
            Optional<ClusterSettings.Shared> shared,
            Signatures signatures,
            InternalServers servers,
            Consumer<InnerRoutes> routes) {
        this.vertx = vertx;
        this.shared = shared;
        this.signatures = signatures;
        this.servers = servers;
        this.routes = routes;
    }

    /** Returns the name of the member that has signed the header of a request; empty if its URL is signed. */
    public static String member(RoutingContext exchange) {
        return String.valueOf(exchange.<String>get(MEMBER));
    }

    void start(@Observes @Priority(LOADED) StartupEvent event) {
        start();
    }

    /**
     * Opens the port, if this program is a member of a cluster.
     *
     * @throws IllegalStateException if it cannot be opened
     */
    public void start() {
        if (shared.isEmpty()) {
            return;
        }
        Router router = Router.router(vertx);
        router.route().handler(this::authenticate);
        routes.accept(new InnerRoutes(router));
        ClusterSettings.Shared own = shared.get();
        HttpServerOptions options = new HttpServerOptions()
                .setHost(own.host())
                .setPort(own.port())
                .setHttp2ClearTextEnabled(false)
                .setMaxHeaderSize(MAX_HEADERS)
                .setMaxInitialLineLength(MAX_LINE)
                .setIdleTimeout(IDLE_SECONDS)
                .setTracingPolicy(TracingPolicy.PROPAGATE);
        try {
            HttpServer started = vertx.createHttpServer(options)
                    .requestHandler(router)
                    .listen()
                    .toCompletionStage()
                    .toCompletableFuture()
                    .join();
            server = started;
            servers.addOnAnyAddress(started.actualPort());
            LOG.infof("listening for members of the cluster: host=%s, port=%d", own.host(), started.actualPort());
        } catch (CompletionException unusable) {
            throw new IllegalStateException(
                    "xg2g.cluster.port " + own.port() + " on xg2g.cluster.host " + own.host() + " cannot be opened: "
                            + unusable.getCause(),
                    unusable);
        }
    }

    /**
     * Returns the port, which differs from the configured one if that is 0.
     *
     * @throws IllegalStateException if there is none
     */
    public int port() {
        HttpServer running = server;
        if (running == null) {
            throw new IllegalStateException("the port for the members of the cluster is not open");
        }
        return running.actualPort();
    }

    /** Returns scheme, host and port at which the other members reach this one. */
    public String origin() {
        String address = shared.orElseThrow().address();
        return "http://" + (address.contains(":") ? "[" + address + "]" : address) + ":" + port();
    }

    void stop(@Observes @Priority(LAST) ShutdownEvent event) {
        close();
    }

    /** Closes the port. */
    public void close() {
        HttpServer running = server;
        if (running != null) {
            running.close().toCompletionStage().toCompletableFuture().join();
        }
    }

    private void authenticate(RoutingContext exchange) {
        HttpServerRequest request = exchange.request();
        Signatures.Check check = signatures.check(
                request.method().name(),
                request.uri(),
                request.getHeader(Signatures.HEADER),
                request.getHeader(Signatures.FORWARDED));
        switch (check) {
            case Signatures.Check.Valid(String member) -> {
                exchange.put(MEMBER, member);
                exchange.next();
            }
            case Signatures.Check.Refused(String reason) -> {
                if (refusals.tryAcquire()) {
                    LOG.warnf(
                            "request of no member refused: remote=%s, path=%s, reason=%s, unlogged_before=%d",
                            request.remoteAddress(), request.path(), reason, refusals.dropped());
                }
                exchange.response()
                        .setStatusCode(401)
                        .putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE)
                        .putHeader(Signatures.REFUSED, "signature")
                        .end(reason + "\n");
            }
        }
    }
}
