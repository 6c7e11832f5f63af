package io.xg2g.http;

import io.vertx.core.http.HttpServerRequest;
import jakarta.inject.Singleton;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * By which address a client is known: its connection's, or, where that is a trusted proxy's, the one that the proxy names.
 * IPv6 clients are told apart by the first 64 bits: whoever has one address of such a network has all of them.
 */
@Singleton
public class ClientAddresses {
    /** The client at the other end of a Unix socket. */
    private static final String LOCAL = "local";

    private static final int NETWORK_BYTES = 8;

    private final TrustedProxies proxies;
    private final String header;

    ClientAddresses(HttpConfig config) {
        this.proxies = new TrustedProxies(config);
        this.header = proxies.forwarding.header(Forwarding.Part.FOR);
    }

    /** The client that sent the request. */
    public String of(HttpServerRequest request) {
        // Not the request's own: the framework can be told to believe any client's header.
        @Nullable String peer = request.connection().remoteAddress().hostAddress();
        if (peer == null) {
            return LOCAL;
        }
        if (peer.indexOf(':') < 0 && !request.headers().contains(header)) {
            return peer;
        }
        return of(AddressBlock.literal(peer), request.headers().getAll(header));
    }

    /** The client behind a connection, given the lines of the forwarding header. */
    String of(InetAddress peer, List<String> forwarded) {
        return network(proxies.chain(peer, forwarded).client());
    }

    /** Whether it is a proxy that speaks for others. */
    boolean isTrusted(InetAddress address) {
        return proxies.isTrusted(address);
    }

    /** How an address is counted: an IPv4 address as itself, an IPv6 address as its network. */
    static String network(InetAddress address) {
        return address instanceof Inet6Address
                ? HexFormat.of().formatHex(address.getAddress(), 0, NETWORK_BYTES) + "/64"
                : address.getHostAddress();
    }
}
