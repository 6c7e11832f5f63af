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
 * Where everybody on this machine may do everything, a browser on it must not do so for a page of another site. Such a page
 * gets there under a name of its own that it has lead to loopback (DNS rebinding), and the request says that name.
 */
@Singleton
class HostHeaderFilter {
    /** Before whatever else looks at a request, but for the watch of its connection. */
    private static final int EARLY = 900;

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
            filters.register(this::handle, EARLY);
        }
    }

    /** The management port too, where it is for this machine: a page could read the metrics there. */
    void register(@Observes ManagementInterface management) {
        if (settings.isForThisMachine() && isOwn(managementHost, configured)) {
            management.router().route().order(-EARLY).handler(this::handle);
        }
    }

    private void handle(RoutingContext exchange) {
        HostAndPort asked = exchange.request().authority();
        if (asked == null) {
            exchange.next();
            return;
        }
        String host = relative(asked.host());
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

    /** Whether a name can only mean this machine. */
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

    /** Without the dot that ends an absolute name: {@code localhost.} is {@code localhost} (RFC 1034, section 3.1). */
    static String relative(String host) {
        return host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
    }

    private static String bare(String address) {
        return address.startsWith("[") && address.endsWith("]") ? address.substring(1, address.length() - 1) : address;
    }
}
