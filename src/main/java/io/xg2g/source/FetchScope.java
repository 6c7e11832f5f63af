package io.xg2g.source;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;

/**
 * What may be fetched on behalf of one source. The host that the operator has named is trusted; everything else has to
 * be allowed, wherever the name comes from: a client, a redirect, a playlist.
 */
public final class FetchScope {
    private static final String LOCALHOST = "localhost";

    private final AllowList allowed;
    private final HostResolver names;
    private final boolean trusted;
    private final Optional<SourceAddress> source;

    FetchScope(AllowList allowed, HostResolver names, URI source, boolean trusted) {
        this.allowed = allowed;
        this.names = names;
        this.trusted = trusted;
        this.source = address(source);
    }

    private static Optional<SourceAddress> address(URI uri) {
        try {
            return Optional.of(SourceAddress.of(uri));
        } catch (SourceNotAllowed told) {
            // Whoever goes there is told again.
            return Optional.empty();
        }
    }

    /**
     * Resolves an address and checks everything it resolves to; blocks meanwhile.
     *
     * @throws SourceNotAllowed if one of its addresses, its scheme or its port is not allowed
     * @throws UnknownHostException if the name has no address
     */
    public ResolvedEndpoint to(URI uri) throws SourceNotAllowed, UnknownHostException {
        SourceAddress address = SourceAddress.of(uri);
        boolean free = isTrusted(address);
        if (!free && !allowed.mayBeAllowed(address)) {
            throw refused(address, "is not allowed");
        }
        List<InetAddress> resolved = resolve(address, free);
        if (!free) {
            check(address, resolved);
        }
        return new ResolvedEndpoint(address.uri(), address.host(), resolved, address.port());
    }

    /**
     * Checks what a playlist names, as far as that is possible without resolving it.
     *
     * @param playlist where the playlist was found
     */
    void checkReference(URI playlist, URI reference) throws SourceNotAllowed {
        SourceAddress address = SourceAddress.of(reference);
        boolean own = isSource(address) || address.sameHost(SourceAddress.of(playlist));
        if (!address.scheme().startsWith("http") || (!own && !trusted && !allowed.lists(address))) {
            throw refused(address, "is named by a playlist of another host, and is not listed");
        }
        if (address.literal().isPresent() && !isTrusted(address)) {
            check(address, List.of(address.literal().get()));
        }
    }

    private void check(SourceAddress address, List<InetAddress> resolved) throws SourceNotAllowed {
        if (!resolved.stream().allMatch(answer -> allowed.allows(address, answer))) {
            throw refused(address, "leads to an address that is not allowed");
        }
    }

    private boolean isTrusted(SourceAddress address) {
        return trusted && isSource(address);
    }

    private boolean isSource(SourceAddress address) {
        return source.map(address::sameHost).orElse(false);
    }

    private List<InetAddress> resolve(SourceAddress address, boolean free)
            throws SourceNotAllowed, UnknownHostException {
        if (address.literal().isPresent()) {
            return List.of(address.literal().get());
        }
        if (!free && (address.host().equals(LOCALHOST) || address.host().endsWith("." + LOCALHOST))) {
            // RFC 6761, 6.3, whatever a resolver says.
            throw refused(address, "is this machine");
        }
        return names.resolve(address.host());
    }

    private SourceNotAllowed refused(SourceAddress address, String why) {
        return new SourceNotAllowed(
                address.shown() + " " + why + "; allowed is: " + allowed + " (xg2g.source.allow, docs/sources.md)");
    }
}
