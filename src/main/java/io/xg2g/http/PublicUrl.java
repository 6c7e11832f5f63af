package io.xg2g.http;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * URL at which a client reaches the service, for instance {@code https://tv.example.org:8443/xg2g}.
 *
 * @param scheme {@code http} or {@code https}
 * @param host name, IPv4 address, or IPv6 address in brackets
 * @param port 1 to 65535
 * @param prefix path before the paths of the service: empty, or segments that each begin with a slash
 */
public record PublicUrl(String scheme, String host, int port, String prefix) {
    private static final Set<String> SCHEMES = Set.of("http", "https");

    private static final Pattern AUTHORITY =
            Pattern.compile("(?<host>[A-Za-z0-9_][A-Za-z0-9._-]{0,252}|\\[[0-9A-Fa-f:.]{2,45}])(?::(?<port>.*))?");

    private static final Pattern PORT = Pattern.compile("[0-9]{1,5}");
    private static final Pattern SEGMENTS = Pattern.compile("(?:/[A-Za-z0-9._~-]+)*");
    private static final Pattern DOTS = Pattern.compile(".*/\\.\\.?(?:/.*)?");
    private static final int MAX_PREFIX = 256;
    private static final int MAX_PORT = 65_535;

    /** Returns the absolute URL of a path of the service, for formats without relative URLs. */
    public URI url(String path) {
        boolean usual = port == defaultPort(scheme);
        return URI.create(scheme + "://" + host + (usual ? "" : ":" + port) + path(path));
    }

    /**
     * Returns a path of the service as a relative reference, to be resolved against the URL of the response that
     * contains it.
     */
    public String path(String path) {
        return prefix + path;
    }

    /** Parses an absolute URL without user, query and fragment; empty for any other text. */
    static Optional<PublicUrl> parse(String text) {
        try {
            URI uri = new URI(text);
            if (uri.getScheme() == null
                    || uri.getRawAuthority() == null
                    || uri.getRawQuery() != null
                    || uri.getRawFragment() != null) {
                return Optional.empty();
            }
            return scheme(uri.getScheme())
                    .flatMap(scheme -> Authority.parse(uri.getRawAuthority())
                            .flatMap(authority -> prefix(uri.getRawPath())
                                    .map(prefix -> new PublicUrl(
                                            scheme,
                                            authority.host(),
                                            authority.port().orElse(defaultPort(scheme)),
                                            prefix))));
        } catch (URISyntaxException malformed) {
            return Optional.empty();
        }
    }

    static Optional<String> scheme(String text) {
        return Optional.of(text.toLowerCase(Locale.ROOT)).filter(SCHEMES::contains);
    }

    static Optional<Integer> port(String text) {
        return PORT.matcher(text).matches()
                ? Optional.of(Integer.valueOf(text)).filter(port -> port >= 1 && port <= MAX_PORT)
                : Optional.empty();
    }

    /** Returns a path without trailing slash; empty if it contains anything but plain segments. */
    static Optional<String> prefix(String text) {
        String path = text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
        return Optional.of(path)
                .filter(its -> its.length() <= MAX_PREFIX
                        && SEGMENTS.matcher(its).matches()
                        && !DOTS.matcher(its).matches());
    }

    static int defaultPort(String scheme) {
        return scheme.equals("https") ? 443 : 80;
    }

    /**
     * Host and port of a server (RFC 3986, section 3.2), without user.
     *
     * @param host IPv6 in brackets
     */
    record Authority(String host, Optional<Integer> port) {

        /** Parses an authority; empty if it is malformed. */
        static Optional<Authority> parse(String text) {
            Matcher parts = AUTHORITY.matcher(text);
            if (!parts.matches()) {
                return Optional.empty();
            }
            String host = parts.group("host");
            @Nullable String number = parts.group("port");
            Optional<Integer> port = number == null ? Optional.empty() : PublicUrl.port(number);
            boolean wrong = (number != null && port.isEmpty())
                    || (host.startsWith("[") && !isIpv6(host.substring(1, host.length() - 1)));
            return wrong ? Optional.empty() : Optional.of(new Authority(host, port));
        }

        private static boolean isIpv6(String literal) {
            try {
                return literal.indexOf(':') >= 0 && InetAddress.ofLiteral(literal) != null;
            } catch (IllegalArgumentException malformed) {
                return false;
            }
        }
    }
}
