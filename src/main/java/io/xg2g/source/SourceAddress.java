package io.xg2g.source;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * An address whose every part is understood.
 *
 * @param scheme one of {@link #SCHEMES}
 * @param host a name in lower case, or an address as it is written
 * @param literal the address, where the host is one
 * @param port the scheme's own where none is written
 */
record SourceAddress(URI uri, String scheme, String host, Optional<InetAddress> literal, int port) {
    static final Set<String> SCHEMES = Set.of("http", "https", "rtsp", "rtsps", "srt", "udp");

    private static final Map<String, Integer> PORTS = Map.of("http", 80, "https", 443, "rtsp", 554, "rtsps", 322);

    /** Options of an SRT caller; others open a port, or name files and other addresses. */
    private static final Set<String> SRT_OPTIONS =
            Set.of("streamid", "srt_streamid", "passphrase", "pbkeylen", "latency", "rcvlatency", "peerlatency");

    /** Reads an address strictly. */
    static SourceAddress of(URI given) throws SourceNotAllowed {
        String scheme = given.getScheme() == null ? "" : given.getScheme().toLowerCase(Locale.ROOT);
        URI uri = ascii(given, scheme);
        if (!SCHEMES.contains(scheme)) {
            throw new SourceNotAllowed("the scheme of a source is http, https, rtsp, rtsps, srt or udp");
        }
        if (uri.getRawFragment() != null) {
            throw new SourceNotAllowed("the address of a source has no fragment (#…)");
        }
        String written = uri.getHost() == null ? "" : uri.getHost();
        Optional<InetAddress> literal = HostName.address(written);
        Optional<String> name = literal.isPresent() ? Optional.of(written) : HostName.name(written);
        if (name.isEmpty()) {
            throw new SourceNotAllowed("the host of a source is a name of ASCII letters, digits, hyphens and dots, an"
                    + " address of four decimal numbers, or an IPv6 address in brackets");
        }
        int port = uri.getPort() == -1 ? PORTS.getOrDefault(scheme, -1) : uri.getPort();
        if (port < 1 || port > 65_535) {
            throw new SourceNotAllowed("the port of a source is 1 to 65535, and is written in srt and udp addresses");
        }
        options(uri, scheme);
        return new SourceAddress(uri, scheme, name.get(), literal, port);
    }

    /** A URL that anybody can send. Some characters beyond ASCII stand for others that no URL may have. */
    private static URI ascii(URI given, String scheme) throws SourceNotAllowed {
        try {
            if (StandardCharsets.UTF_8.newEncoder().canEncode(given.toString())) {
                return new URI(withoutAt(given, scheme).toASCIIString());
            }
        } catch (URISyntaxException malformed) {
            // It is refused like the half of a character.
        }
        throw new SourceNotAllowed("the address of a source is a URL with a host, of characters that a URL can have");
    }

    /** {@code udp://@239.0.0.1:5000} is how players write a multicast group. */
    private static URI withoutAt(URI uri, String scheme) throws URISyntaxException {
        String authority = uri.getRawAuthority();
        return scheme.equals("udp") && authority != null && authority.startsWith("@")
                ? new URI(
                        "udp://" + authority.substring(1) + (uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery()))
                : uri;
    }

    private static void options(URI uri, String scheme) throws SourceNotAllowed {
        String query = uri.getRawQuery();
        if (query == null || (!scheme.equals("srt") && !scheme.equals("udp"))) {
            return;
        }
        for (String option : query.split("&", -1)) {
            String name = option.replaceFirst("=.*", "");
            boolean known = SRT_OPTIONS.contains(name) || option.equals("mode=caller");
            if (scheme.equals("udp") || !known) {
                throw new SourceNotAllowed(
                        "the options of an srt source are mode=caller, streamid, passphrase, pbkeylen"
                                + " and latency; a udp source has none");
            }
        }
    }

    boolean sameHost(SourceAddress other) {
        return literal.isPresent() ? literal.equals(other.literal) : host.equals(other.host);
    }

    /** All that is said of it to others. */
    String shown() {
        return scheme + "://" + host + ":" + port;
    }
}
