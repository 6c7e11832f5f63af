package io.xg2g.http;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.bootstrap.ChannelInitializerExtension;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelPipeline;
import io.quarkus.vertx.http.HttpServerOptionsCustomizer;
import io.quarkus.vertx.http.ManagementInterface;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.impl.VertxHttpRequestDecoder;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.ext.web.RoutingContext;
import io.xg2g.config.ConfigBounds;
import io.xg2g.storage.FileDescriptors;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many connections each client has, and all together as far as there are file descriptors, and how long each may stay
 * silent. A connection counts from its first moment, not from its first request, which may never come. Of the requests that
 * are answered at once on an HTTP/2 connection each but one counts as a connection of its client too.
 */
@Singleton
class Connections implements HttpServerOptionsCustomizer {
    /** Before every other filter, as each of them may answer. */
    private static final int FIRST = 1_000;

    /** RFC 9113, section 7: nothing of the request was processed, so that it may be sent again. */
    private static final long REFUSED_STREAM = 0x7;

    private final ClientAddresses addresses;
    private final int most;
    private final Duration idleTimeout;
    private final Map<String, Integer> open = new ConcurrentHashMap<>();
    private final AtomicInteger all = new AtomicInteger();
    private final FileDescriptors descriptors;
    /** The limits of decoders; those of the API's port hold on the management port too. */
    private volatile HttpServerOptions options = new HttpServerOptions();

    private final Counter tooMany;
    private final Counter tooManyStreams;
    private final Counter noDescriptor;
    private final Counter idle;

    Connections(ClientAddresses addresses, HttpConfig config, FileDescriptors descriptors, MeterRegistry registry) {
        this.descriptors = descriptors;
        this.addresses = addresses;
        this.most = (int) ConfigBounds.number(
                "xg2g.http.max-connections-per-client", config.maxConnectionsPerClient(), 1, 1_000_000);
        this.idleTimeout = ConfigBounds.duration(
                "xg2g.http.idle-timeout", config.idleTimeout(), Duration.ofSeconds(1), Duration.ofHours(1));
        this.tooMany = closed(registry, "client-limit");
        this.tooManyStreams = Counter.builder("xg2g.http.streams.refused")
                .description("Requests on HTTP/2 connections that were refused because their client had too many")
                .register(registry);
        this.noDescriptor = closed(registry, "descriptors");
        this.idle = closed(registry, "idle");
    }

    /** Netty asks for its extensions when the first socket is opened, which is after this. */
    void register(@Observes Filters filters) {
        System.setProperty(ChannelInitializerExtension.EXTENSIONS_SYSTEM_PROPERTY, "serviceload");
        filters.register(Connections::mark, FIRST);
    }

    void register(@Observes ManagementInterface management) {
        management.router().route().order(-FIRST).handler(Connections::mark);
    }

    @Override
    public void customizeHttpServer(HttpServerOptions used) {
        options = used;
    }

    Duration idleTimeout() {
        return idleTimeout;
    }

    /** Has HTTP/1 requests decoded strictly; says whether the connection has its decoder, so that this is done. */
    boolean replaceDecoder(ChannelPipeline pipeline) {
        ChannelHandler decoder = pipeline.get(StrictRequestDecoder.NAME);
        if (decoder instanceof VertxHttpRequestDecoder) {
            pipeline.replace(decoder, StrictRequestDecoder.NAME, new StrictRequestDecoder(options));
        }
        return decoder != null;
    }

    /** Whether this client, and all together, may have one connection more; if so it counts until it {@linkplain #leave leaves}. */
    boolean enter(InetAddress peer) {
        if (!count(peer)) {
            tooMany.increment();
            return false;
        }
        if (all.incrementAndGet() > descriptors.connections()) {
            leave(peer);
            noDescriptor.increment();
            return false;
        }
        return true;
    }

    void leave(InetAddress peer) {
        all.decrementAndGet();
        forget(peer);
    }

    /** Whether this client may have one request more on a connection that has others; if so it counts until it {@linkplain #leaveStream leaves}. */
    boolean enterStream(InetAddress peer) {
        boolean admitted = count(peer);
        if (!admitted) {
            tooManyStreams.increment();
        }
        return admitted;
    }

    void leaveStream(InetAddress peer) {
        forget(peer);
    }

    /** Counts one more of a client, unless it has as many as it may have. */
    private boolean count(InetAddress peer) {
        int now = open.merge(ClientAddresses.network(peer), 1, Integer::sum);
        if (now > most && !addresses.isTrusted(peer)) {
            forget(peer);
            return false;
        }
        return true;
    }

    private void forget(InetAddress peer) {
        open.computeIfPresent(ClientAddresses.network(peer), (_, count) -> count == 1 ? null : count - 1);
    }

    /** A connection was closed for its silence. */
    void silent() {
        idle.increment();
    }

    /** A request's head is here; its connection is not idle until it is answered. */
    private static void mark(RoutingContext exchange) {
        ConnectionWatch watch = ((ConnectionBase) exchange.request().connection())
                .channel()
                .attr(ConnectionWatch.KEY)
                .get();
        if (watch != null && !watch.begins(exchange.request().version() == HttpVersion.HTTP_2)) {
            exchange.response().reset(REFUSED_STREAM);
            return;
        }
        ResponseEnd.watch(exchange);
        if (watch != null) {
            exchange.addEndHandler(_ -> watch.ends());
        }
        exchange.next();
    }

    private static Counter closed(MeterRegistry registry, String reason) {
        return Counter.builder("xg2g.http.connections.closed")
                .description(
                        "Connections that were closed because their client had too many, all together had, or no request came")
                .tag("reason", reason)
                .register(registry);
    }
}
