package io.xg2g.http;

import io.vertx.core.http.HttpServerRequest;
import io.xg2g.config.ConfigBounds;
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
    private static final String PREFIX = "xg2g.http.";

    /** The client at the other end of a Unix socket. */
    private static final String LOCAL = "local";

    private static final int NETWORK_BYTES = 8;

    private final List<AddressBlock> trusted;
    private final Forwarding forwarding;

    ClientAddresses(HttpConfig config) {
        this.trusted = config.trustedProxies().orElse(List.of()).stream()
                .map(ClientAddresses::block)
                .toList();
        this.forwarding = Forwarding.named(PREFIX + "forwarded-header", config.forwardedHeader());
    }

    /** The client that sent the request. */
    public String of(HttpServerRequest request) {
        // Not the request's own: the framework can be told to believe any client's header.
        @Nullable String peer = request.connection().remoteAddress().hostAddress();
        if (peer == null) {
            return LOCAL;
        }
        if (trusted.isEmpty()) {
            return peer.indexOf(':') < 0 ? peer : network(AddressBlock.literal(peer));
        }
        return of(AddressBlock.literal(peer), request.headers().getAll(forwarding.header));
    }

    /**
     * Walks from the connection to the client, as long as trusted proxies say who comes next. What is no address ends the
     * walk: then the proxy that passed it on is the client.
     */
    String of(InetAddress peer, List<String> forwarded) {
        InetAddress client = peer;
        for (String node : forwarding.nodes(forwarded)) {
            if (!isTrusted(client)) {
                break;
            }
            try {
                client = AddressBlock.literal(node);
            } catch (IllegalArgumentException noAddress) {
                break;
            }
        }
        return network(client);
    }

    /** Whether it is a proxy that speaks for others. */
    boolean isTrusted(InetAddress address) {
        return trusted.stream().anyMatch(block -> block.contains(address));
    }

    /** How an address is counted: an IPv4 address as itself, an IPv6 address as its network. */
    static String network(InetAddress address) {
        return address instanceof Inet6Address
                ? HexFormat.of().formatHex(address.getAddress(), 0, NETWORK_BYTES) + "/64"
                : address.getHostAddress();
    }

    private static AddressBlock block(String text) {
        try {
            return AddressBlock.parse(text.strip(), AddressBlock::literal);
        } catch (IllegalArgumentException wrong) {
            throw ConfigBounds.outside(
                    PREFIX + "trusted-proxies", text, "addresses and CIDR blocks, for instance 10.0.0.0/8");
        }
    }
}
