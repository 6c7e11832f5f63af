package io.xg2g.http;

import io.vertx.core.http.HttpServerRequest;
import jakarta.inject.Singleton;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Resolves the address by which a client is identified: that of its connection, or, for a connection of a trusted
 * proxy, the one that the proxy forwards. IPv6 clients are identified by the /64 network, since a client usually has
 * all of its addresses.
 */
@Singleton
public class ClientAddresses {
    /** Client of a Unix socket. */
    private static final String LOCAL = "local";

    private static final int NETWORK_BYTES = 8;

    private final TrustedProxies proxies;
    private final String header;

    ClientAddresses(HttpConfig config) {
        this.proxies = new TrustedProxies(config);
        this.header = proxies.forwarding.header(Forwarding.Part.FOR);
    }

    /** Returns the client that sent the request. */
    public String of(HttpServerRequest request) {
        // Not that of the request, which the framework can be configured to take from any client's header.
        @Nullable String peer = ForwardedRequests.Client.of(request).address();
        if (peer == null) {
            return LOCAL;
        }
        if (peer.indexOf(':') < 0 && !request.headers().contains(header)) {
            return peer;
        }
        return of(AddressBlock.literal(peer), request.headers().getAll(header));
    }

    /** Returns the client behind a connection, given the lines of the forwarding header. */
    String of(InetAddress peer, List<String> forwarded) {
        return network(proxies.chain(peer, forwarded).client());
    }

    /** Returns whether an address is that of a trusted proxy. */
    boolean isTrusted(InetAddress address) {
        return proxies.isTrusted(address);
    }

    /** Returns the key of an address: an IPv4 address itself, or the network of an IPv6 address. */
    static String network(InetAddress address) {
        return address instanceof Inet6Address
                ? HexFormat.of().formatHex(address.getAddress(), 0, NETWORK_BYTES) + "/64"
                : address.getHostAddress();
    }
}
