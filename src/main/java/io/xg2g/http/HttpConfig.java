package io.xg2g.http;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The clients of port 8080: how they are told apart, and how much of the service one of them may hold. */
@ConfigMapping(prefix = "xg2g.http")
public interface HttpConfig {

    /**
     * Proxies whose word is taken on the client's address and on the URL that the client used: addresses or CIDR blocks, for
     * instance {@code 10.0.0.0/8,2001:db8::7}. From anybody else a forwarding header is not read.
     */
    Optional<List<String>> trustedProxies();

    /**
     * The header that the trusted proxies write: {@code x-forwarded-for}, or {@code forwarded} (RFC 7239). The other one is
     * not read: a proxy passes on what a client wrote into it. With {@code x-forwarded-for} go {@code X-Forwarded-Proto},
     * {@code -Host} and {@code -Port}; with both goes {@code X-Forwarded-Prefix}.
     */
    @WithDefault("x-forwarded-for")
    String forwardedHeader();

    /**
     * The URL under which clients see the service, for instance {@code https://tv.example.org:8443/xg2g}, where no trusted
     * proxy says it. It goes before what proxies say: {@code http} or {@code https}, a host, a port and a path, which a proxy
     * takes off.
     */
    Optional<String> publicUrl();

    /**
     * How many connections one client address may have open; trusted proxies may have any number: 1 to 1000000. Of the
     * requests that are answered at once on one HTTP/2 connection, at most 100, each but one counts as a connection.
     */
    @WithDefault("256")
    int maxConnectionsPerClient();

    /** A connection that brings no whole request head for this long, and awaits no answer, is closed: 1s to 1h. */
    @WithDefault("1m")
    Duration idleTimeout();

    /** How long the body of a request may take to arrive, media apart ({@code xg2g.transcode.body-timeout}): 1s to 1h. */
    @WithDefault("15s")
    Duration bodyTimeout();
}
