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

    /** Whether it is a proxy that speaks for others. */
    boolean isTrusted(InetAddress address) {
        return trusted.stream().anyMatch(block -> block.contains(address));
    }

    /**
     * Walks from the connection to the client, as long as trusted proxies say who comes next. What is no address ends the
     * walk: then the proxy that passed it on is the client.
     *
     * @param forwarded the lines of the header that names the nodes
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
     * The way of a request.
     *
     * @param client where it comes from
     * @param hops how many of the nearest entries of the forwarding header trusted proxies have written
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
