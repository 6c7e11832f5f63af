package io.xg2g.security;

import io.quarkus.vertx.http.ManagementInterface;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.net.HostAndPort;
import io.vertx.ext.web.RoutingContext;
import io.xg2g.http.PublicUrls;
import io.xg2g.problem.ProblemMapper;
import io.xg2g.problem.ProblemType;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.net.InetAddress;
import java.util.Locale;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Protection against DNS rebinding. If no identities are configured, every client on this machine has all rights; a
 * page of another site in a browser on this machine could use them through a host name that its DNS server resolves to
 * loopback. The filter rejects requests whose {@code Host} is such a name.
 */
@Singleton
class HostHeaderFilter {
    /** Precedes every filter that reads a request, except the one that watches its connection. */
    private static final int PRIORITY = 900;

    private final SecuritySettings settings;
    private final PublicUrls urls;
    private final Audit audit;
    private final String configured;
    private final String managementHost;

    HostHeaderFilter(
            SecuritySettings settings,
            PublicUrls urls,
            Audit audit,
            @ConfigProperty(name = "quarkus.http.host") String configured,
            @ConfigProperty(name = "quarkus.management.host") String managementHost) {
        this.settings = settings;
        this.urls = urls;
        this.audit = audit;
        this.configured = configured;
        this.managementHost = managementHost;
    }

    void register(@Observes Filters filters) {
        if (settings.isForThisMachine()) {
            filters.register(this::handle, PRIORITY);
        }
    }

    /** Protects the management port too if it listens on loopback: otherwise a page could read the metrics. */
    void register(@Observes ManagementInterface management) {
        if (settings.isForThisMachine() && isOwn(managementHost, configured)) {
            management.router().route().order(-PRIORITY).handler(this::handle);
        }
    }

    private void handle(RoutingContext exchange) {
        HostAndPort requested = exchange.request().authority();
        if (requested == null) {
            exchange.next();
            return;
        }
        String host = relative(requested.host());
        if (isOwn(host, configured) || urls.isConfigured(host)) {
            exchange.next();
        } else {
            audit.refused(exchange, ProblemType.FORBIDDEN.status());
            ProblemMapper.send(
                    exchange,
                    ProblemType.FORBIDDEN.with(
                            "without identities the service answers to localhost, loopback addresses and"
                                    + " the host of xg2g.http.public-url only, and the request's Host is another name;"
                                    + " see docs/security.md"));
        }
    }

    /** Returns whether a name can only refer to this machine. */
    static boolean isOwn(String host, String configured) {
        String name = host.toLowerCase(Locale.ROOT);
        if (name.equals("localhost") || name.endsWith(".localhost") || name.equalsIgnoreCase(configured)) {
            return true;
        }
        try {
            return InetAddress.ofLiteral(bare(name)).isLoopbackAddress();
        } catch (IllegalArgumentException noAddress) {
            return false;
        }
    }

    /** Removes the dot that ends an absolute name: {@code localhost.} is {@code localhost} (RFC 1034, section 3.1). */
    static String relative(String host) {
        return host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
    }

    private static String bare(String address) {
        return address.startsWith("[") && address.endsWith("]") ? address.substring(1, address.length() - 1) : address;
    }
}
