package io.xg2g.http;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Clients of the API port: how they are identified, and their limits. */
@ConfigMapping(prefix = "xg2g.http")
public interface HttpConfig {

    /**
     * Proxies whose forwarding headers are trusted for the client address and the URL that the client used: addresses
     * or CIDR blocks, for instance {@code 10.0.0.0/8,2001:db8::7}. Forwarding headers of other clients are ignored.
     */
    Optional<List<String>> trustedProxies();

    /**
     * Header that the trusted proxies write: {@code x-forwarded-for}, or {@code forwarded} (RFC 7239). The other one is
     * ignored, since a proxy passes on what a client wrote into it. {@code x-forwarded-for} includes
     * {@code X-Forwarded-Proto}, {@code -Host} and {@code -Port}; {@code X-Forwarded-Prefix} is read with both.
     */
    @WithDefault("x-forwarded-for")
    String forwardedHeader();

    /**
     * URL at which clients reach the service, for instance {@code https://tv.example.org:8443/xg2g}, if no trusted
     * proxy forwards it. It has priority over forwarding headers: {@code http} or {@code https}, a host, a port, and a
     * path that a proxy removes.
     */
    Optional<String> publicUrl();

    /**
     * Maximum number of open connections of one client address, except trusted proxies: 1 to 1000000. Of the concurrent
     * requests on one HTTP/2 connection, at most 100, each but one counts as a connection.
     */
    @WithDefault("256")
    int maxConnectionsPerClient();

    /**
     * A connection is closed if it brings no complete request head for this long, and no response is pending: 1s to 1h.
     */
    @WithDefault("1m")
    Duration idleTimeout();

    /**
     * How long the body of a request may take to arrive, except media ({@code xg2g.transcode.body-timeout}): 1s to 1h.
     */
    @WithDefault("15s")
    Duration bodyTimeout();
}
