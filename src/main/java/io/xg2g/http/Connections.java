package io.xg2g.http;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
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
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.microprofile.config.Config;

/**
 * Limits for client connections: their number for each client, their total number according to the file descriptors,
 * and their idle time. A connection counts from the moment it is accepted. Of concurrent requests on an HTTP/2
 * connection, each but one counts as a connection of its client too. Thread-safe.
 */
@Singleton
class Connections implements HttpServerOptionsCustomizer {
    /** Precedes every other filter, since each of them may answer. */
    private static final int FIRST = 1_000;

    /** The request was not processed, and may be sent again: RFC 9113, section 7. */
    private static final long REFUSED_STREAM = 0x7;

    /**
     * Connections of the management port, apart from the descriptors that the API port's clients share: probes and the monitoring
     * get an answer when these have used theirs up.
     */
    private static final int MAX_MANAGEMENT = 64;

    /** Those of one address, also of a trusted one, so that none keeps the others out. */
    private static final int MAX_MANAGEMENT_PER_ADDRESS = 16;

    private final ClientAddresses addresses;
    private final Config properties;
    private final int max;
    private final Duration idleTimeout;
    private final Map<Client, Integer> open = new ConcurrentHashMap<>();
    private final AtomicInteger total = new AtomicInteger();
    private final AtomicInteger managementTotal = new AtomicInteger();
    private volatile int managementPort;
    private final FileDescriptors descriptors;
    /** Limits for decoders; those of the API port apply to the management port too. */
    private volatile HttpServerOptions options = new HttpServerOptions();

    private final Counter tooMany;
    private final Counter tooManyStreams;
    private final Counter noDescriptor;
    private final Counter idle;

    Connections(
            ClientAddresses addresses,
            HttpConfig config,
            Config properties,
            FileDescriptors descriptors,
            MeterRegistry registry) {
        this.properties = properties;
        this.descriptors = descriptors;
        this.addresses = addresses;
        this.max = (int) ConfigBounds.number(
                "xg2g.http.max-connections-per-client", config.maxConnectionsPerClient(), 1, 1_000_000);
        this.idleTimeout = ConfigBounds.duration(
                "xg2g.http.idle-timeout", config.idleTimeout(), Duration.ofSeconds(1), Duration.ofHours(1));
        this.tooMany = closed(registry, "client-limit");
        this.tooManyStreams = Counter.builder("xg2g.http.streams.refused")
                .description("Requests on HTTP/2 connections that were refused by the limit of connections per client")
                .register(registry);
        this.noDescriptor = closed(registry, "descriptors");
        this.idle = closed(registry, "idle");
    }

    void register(@Observes Filters filters) {
        filters.register(Connections::begin, FIRST);
    }

    void register(@Observes ManagementInterface management) {
        management.router().route().order(-FIRST).handler(Connections::begin);
    }

    @Override
    public void customizeHttpServer(HttpServerOptions used) {
        options = used;
    }

    Duration idleTimeout() {
        return idleTimeout;
    }

    /**
     * Replaces the HTTP/1 decoder by {@link StrictRequestDecoder}; returns whether the pipeline has its decoder
     * already.
     */
    boolean replaceDecoder(ChannelPipeline pipeline) {
        ChannelHandler decoder = pipeline.get(StrictRequestDecoder.NAME);
        if (decoder instanceof VertxHttpRequestDecoder) {
            pipeline.replace(decoder, StrictRequestDecoder.NAME, new StrictRequestDecoder(options));
        }
        return decoder != null;
    }

    /**
     * Client of one of the two ports. What it opens at the API port does not count at the management port: clients and probes can
     * have the same address, that of a proxy or of a Kubernetes node.
     */
    record Client(String network, boolean trusted, boolean management) {}

    /** Returns the client of a connection. */
    Client client(InetAddress peer, SocketAddress local) {
        boolean management = local instanceof InetSocketAddress address && address.getPort() == managementPort();
        return new Client(ClientAddresses.network(peer), addresses.isTrusted(peer), management);
    }

    /** Returns the port that is configured, or with 0 the one that was chosen, which Quarkus sets when the server listens. */
    private int managementPort() {
        int known = managementPort;
        if (known == 0) {
            known = properties
                    .getOptionalValue("quarkus.management.port", Integer.class)
                    .orElse(0);
            managementPort = known;
        }
        return known;
    }

    /** Returns whether a client may open one more connection; if so it counts until {@link #leave}. */
    boolean enter(Client client) {
        if (!count(client)) {
            tooMany.increment();
            return false;
        }
        boolean full = client.management()
                ? managementTotal.incrementAndGet() > MAX_MANAGEMENT
                : total.incrementAndGet() > descriptors.connections();
        if (full) {
            leave(client);
            noDescriptor.increment();
            return false;
        }
        return true;
    }

    void leave(Client client) {
        (client.management() ? managementTotal : total).decrementAndGet();
        release(client);
    }

    /**
     * Returns whether a client may send one more request on a connection in use; if so it counts until
     * {@link #leaveStream}.
     */
    boolean enterStream(Client client) {
        boolean admitted = count(client);
        if (!admitted) {
            tooManyStreams.increment();
        }
        return admitted;
    }

    void leaveStream(Client client) {
        release(client);
    }

    /** Counts one more connection of a client, unless it has reached its limit. */
    private boolean count(Client client) {
        int now = open.merge(client, 1, Integer::sum);
        boolean above = client.management() ? now > MAX_MANAGEMENT_PER_ADDRESS : now > max && !client.trusted();
        if (above) {
            release(client);
            return false;
        }
        return true;
    }

    private void release(Client client) {
        open.computeIfPresent(client, (_, count) -> count == 1 ? null : count - 1);
    }

    /** Records that a connection was closed because it was idle. */
    void closedIdle() {
        idle.increment();
    }

    /** Records that the head of a request was received; its connection is not idle until the response was sent. */
    private static void begin(RoutingContext exchange) {
        ConnectionWatch watch = ((ConnectionBase) exchange.request().connection())
                .channel()
                .attr(ConnectionWatch.KEY)
                .get();
        if (watch != null && !watch.begins(exchange.request().version() == HttpVersion.HTTP_2)) {
            exchange.response().reset(REFUSED_STREAM);
            return;
        }
        ResponseEnd.watch(exchange, watch);
        exchange.next();
    }

    private static Counter closed(MeterRegistry registry, String reason) {
        return Counter.builder("xg2g.http.connections.closed")
                .description("Connections that were closed: limit per client, no file descriptor, or idle")
                .tag("reason", reason)
                .register(registry);
    }
}
