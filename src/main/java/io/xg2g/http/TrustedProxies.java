package io.xg2g.http;

import io.xg2g.config.ConfigBounds;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The proxies whose forwarding headers are read. */
final class TrustedProxies {
    private static final String PREFIX = "xg2g.http.";

    final Forwarding forwarding;
    private final List<AddressBlock> trusted;

    TrustedProxies(HttpConfig config) {
        this.trusted = config.trustedProxies().orElse(List.of()).stream()
                .map(TrustedProxies::block)
                .toList();
        this.forwarding = Forwarding.named(PREFIX + "forwarded-header", config.forwardedHeader());
    }

    /** Returns whether an address is that of a trusted proxy. */
    boolean isTrusted(InetAddress address) {
        return trusted.stream().anyMatch(block -> block.contains(address));
    }

    /**
     * Walks from the connection to the client, along the nodes that trusted proxies forward. A node that is no address
     * ends the walk: the proxy that forwarded it is then the client.
     *
     * @param forwarded lines of the header with the nodes
     */
    Chain chain(InetAddress peer, List<String> forwarded) {
        if (!isTrusted(peer)) {
            return new Chain(peer, 0);
        }
        InetAddress client = peer;
        int hops = 0;
        for (String node : forwarding.nodes(forwarded)) {
            if (!isTrusted(client)) {
                break;
            }
            hops++;
            @Nullable InetAddress next = address(node);
            if (next == null) {
                break;
            }
            client = next;
        }
        return new Chain(client, hops);
    }

    /**
     * Route of a request.
     *
     * @param client its origin
     * @param hops number of the nearest entries of the forwarding header that trusted proxies have written
     */
    record Chain(InetAddress client, int hops) {}

    private static @Nullable InetAddress address(String node) {
        try {
            return AddressBlock.literal(node);
        } catch (IllegalArgumentException noAddress) {
            return null;
        }
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
