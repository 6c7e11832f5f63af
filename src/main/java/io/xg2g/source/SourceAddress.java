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
 * Strictly parsed URL of a source.
 *
 * @param scheme one of {@link #SCHEMES}
 * @param host name in lower case, or address literal as written
 * @param literal the address, if the host is a literal
 * @param port port of the URL, or the default port of its scheme
 */
record SourceAddress(URI uri, String scheme, String host, Optional<InetAddress> literal, int port) {
    static final Set<String> SCHEMES = Set.of("http", "https", "rtsp", "rtsps", "rtmp", "srt", "udp", "rtp");

    private static final Map<String, Integer> PORTS =
            Map.of("http", 80, "https", 443, "rtsp", 554, "rtsps", 322, "rtmp", 1935);

    /** Options of an SRT caller; other options open a port, or name files and other addresses. */
    private static final Set<String> SRT_OPTIONS =
            Set.of("streamid", "srt_streamid", "passphrase", "pbkeylen", "latency", "rcvlatency", "peerlatency");

    /**
     * Parses a URL.
     *
     * @throws SourceNotAllowed if a part of it is not allowed or ambiguous
     */
    static SourceAddress of(URI given) throws SourceNotAllowed {
        String scheme = given.getScheme() == null ? "" : given.getScheme().toLowerCase(Locale.ROOT);
        URI uri = ascii(given, scheme);
        if (scheme.equals("rtmps")) {
            throw new SourceNotAllowed("an rtmps source can be a channel of the configuration only");
        }
        if (!SCHEMES.contains(scheme)) {
            throw new SourceNotAllowed("the scheme of a source is http, https, rtsp, rtsps, rtmp, srt, udp or rtp");
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
            throw new SourceNotAllowed(
                    "the port of a source is 1 to 65535, and is written in srt, udp and rtp addresses");
        }
        options(uri, scheme);
        return new SourceAddress(uri, scheme, name.get(), literal, port);
    }

    /**
     * Percent-encodes characters beyond ASCII. Some of them would be normalized to characters that are not allowed in
     * URLs.
     */
    private static URI ascii(URI given, String scheme) throws SourceNotAllowed {
        try {
            if (StandardCharsets.UTF_8.newEncoder().canEncode(given.toString())) {
                return new URI(withoutAt(given, scheme).toASCIIString());
            }
        } catch (URISyntaxException malformed) {
            // Rejected below, like an unpaired surrogate.
        }
        throw new SourceNotAllowed("the address of a source is a URL with a host, of characters that a URL can have");
    }

    /** Removes the {@code @} of {@code udp://@239.0.0.1:5000}, the notation of players for a multicast group. */
    private static URI withoutAt(URI uri, String scheme) throws URISyntaxException {
        String authority = uri.getRawAuthority();
        return isReceived(scheme) && authority != null && authority.startsWith("@")
                ? new URI(scheme + "://" + authority.substring(1)
                        + (uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery()))
                : uri;
    }

    /** Returns whether the program listens for a source, instead of connecting to it. */
    private static boolean isReceived(String scheme) {
        return scheme.equals("udp") || scheme.equals("rtp");
    }

    private static void options(URI uri, String scheme) throws SourceNotAllowed {
        String query = uri.getRawQuery();
        if (query == null || (!scheme.equals("srt") && !isReceived(scheme))) {
            return;
        }
        for (String option : query.split("&", -1)) {
            String name = option.replaceFirst("=.*", "");
            boolean known = SRT_OPTIONS.contains(name) || option.equals("mode=caller");
            if (isReceived(scheme) || !known) {
                throw new SourceNotAllowed(
                        "the options of an srt source are mode=caller, streamid, passphrase, pbkeylen"
                                + " and latency; a udp or rtp source has none");
            }
        }
    }

    boolean sameHost(SourceAddress other) {
        return literal.isPresent() ? literal.equals(other.literal) : host.equals(other.host);
    }

    /** Returns scheme, host and port, the parts that messages may contain. */
    String shown() {
        return scheme + "://" + host + ":" + port;
    }
}
