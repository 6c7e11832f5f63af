package io.xg2g.source;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Decides which URLs may be fetched for one source, and what their requests contain. The host of a source that the
 * operator has configured is trusted; every other host has to be on the allow list, whether a client, a redirect or a
 * playlist names it. Thread-safe.
 */
public final class FetchScope {
    private static final String LOCALHOST = "localhost";

    private final AllowList allowed;
    private final HostResolver resolver;
    private final boolean trusted;
    private final Optional<SourceAddress> source;
    private final SourceHeaders headers;
    private final Optional<Credentials> credentials;
    private final CookieJar cookies = new CookieJar();

    FetchScope(AllowList allowed, HostResolver resolver, URI source, boolean trusted, SourceHeaders headers) {
        this.allowed = allowed;
        this.resolver = resolver;
        this.trusted = trusted;
        this.source = address(source);
        this.headers = headers;
        this.credentials = Credentials.of(source);
    }

    private static Optional<SourceAddress> address(URI uri) {
        try {
            return Optional.of(SourceAddress.of(uri));
        } catch (SourceNotAllowed reported) {
            // Reported again when the URL is fetched.
            return Optional.empty();
        }
    }

    /**
     * Resolves the host of a URL, and checks all of its addresses. Blocks on DNS.
     *
     * @throws SourceNotAllowed if an address, the scheme or the port is not allowed
     * @throws UnknownHostException if the name has no address
     */
    public ResolvedEndpoint to(URI uri) throws SourceNotAllowed, UnknownHostException {
        SourceAddress address = SourceAddress.of(uri);
        boolean exempt = isTrusted(address);
        if (!exempt && !allowed.mayBeAllowed(address)) {
            throw refused(address, "is not allowed");
        }
        List<InetAddress> resolved = resolve(address, exempt);
        if (!exempt) {
            check(address, resolved);
        }
        return new ResolvedEndpoint(address.uri(), address.host(), resolved, address.port());
    }

    /**
     * Returns the headers of a request: those of the source, if the URL has its host and is encrypted if the source is; and
     * the cookies of the URL.
     */
    Map<String, String> headers(URI uri) throws SourceNotAllowed {
        Map<String, String> sent = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        SourceAddress address = SourceAddress.of(uri);
        if (takesSecrets(address)) {
            sent.putAll(headers.values());
        }
        String set = cookies.header(address.uri());
        if (!set.isEmpty()) {
            sent.merge("Cookie", set, (configured, more) -> configured + "; " + more);
        }
        return sent;
    }

    /** Returns the credentials of the source for a URL without any, as its playlist names it, on the same condition. */
    Optional<Credentials> credentials(URI uri) throws SourceNotAllowed {
        return takesSecrets(SourceAddress.of(uri)) ? credentials : Optional.empty();
    }

    private boolean takesSecrets(SourceAddress address) {
        return isSource(address)
                && !(source.get().scheme().equals("https") && !address.scheme().equals("https"));
    }

    /** Stores the cookies of a response. */
    void responded(URI uri, List<String> setCookie) {
        cookies.store(uri, setCookie);
    }

    /**
     * Checks a URL in a playlist as far as possible without resolving its host.
     *
     * @param playlist URL of the playlist
     */
    void checkReference(URI playlist, URI reference) throws SourceNotAllowed {
        SourceAddress address = SourceAddress.of(reference);
        boolean own = isSource(address) || address.sameHost(SourceAddress.of(playlist));
        if (!address.scheme().startsWith("http") || (!own && !trusted && !allowed.lists(address))) {
            throw refused(address, "is in a playlist of another host, and is not in the allow list");
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

    private List<InetAddress> resolve(SourceAddress address, boolean exempt)
            throws SourceNotAllowed, UnknownHostException {
        if (address.literal().isPresent()) {
            return List.of(address.literal().get());
        }
        if (!exempt && (address.host().equals(LOCALHOST) || address.host().endsWith("." + LOCALHOST))) {
            // RFC 6761, section 6.3: without a query to the resolver.
            throw refused(address, "is this machine");
        }
        return resolver.resolve(address.host());
    }

    private SourceNotAllowed refused(SourceAddress address, String reason) {
        return new SourceNotAllowed(
                address.shown() + " " + reason + "; allowed is: " + allowed + " (xg2g.source.allow, docs/sources.md)");
    }
}
