package io.xg2g.connection;

import io.xg2g.config.ConfigBounds;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Address and credentials of a server.
 *
 * @param path decoded path of the URL without its first slash; empty if there is none
 */
public record Endpoint(
        String host, int port, boolean tls, String path, Optional<String> username, Optional<String> password) {
    private static final String HIDDEN = "a value that is not shown";

    /**
     * Schemes of a protocol.
     *
     * @param plain scheme without TLS
     * @param secure scheme with TLS
     * @param plainPort default port without TLS
     * @param securePort default port with TLS
     */
    public record Schemes(String plain, String secure, int plainPort, int securePort) {
        public static final Schemes REDIS = new Schemes("redis", "rediss", 6379, 6379);
        public static final Schemes AMQP = new Schemes("amqp", "amqps", 5672, 5671);
    }

    /**
     * Reads a URL.
     *
     * @param prefix of the properties {@code url}, {@code username} and {@code password}
     * @throws io.quarkus.runtime.configuration.ConfigurationException if one of them is not allowed
     */
    public static Endpoint of(
            String prefix, Schemes schemes, String url, Optional<String> username, Optional<String> password) {
        URI uri = parsed(prefix + "url", schemes, url);
        boolean tls = schemes.secure().equals(uri.getScheme());
        int usual = tls ? schemes.securePort() : schemes.plainPort();
        String user = uri.getRawUserInfo();
        if (user != null && (username.isPresent() || password.isPresent())) {
            throw ConfigBounds.outside(
                    prefix + (username.isPresent() ? "username" : "password"),
                    HIDDEN,
                    "none where the URL has credentials");
        }
        if (username.isPresent() && password.isEmpty()) {
            throw ConfigBounds.outside(prefix + "password", "missing", "a password where there is a username");
        }
        String path = uri.getRawPath();
        return new Endpoint(
                unbracketed(uri.getHost()),
                uri.getPort() < 0 ? usual : uri.getPort(),
                tls,
                path == null || path.isEmpty() ? "" : decoded(path.substring(1)),
                user == null ? username : part(user, 0),
                user == null ? password : part(user, 1));
    }

    private static URI parsed(String key, Schemes schemes, String url) {
        try {
            URI uri = new URI(url.strip());
            boolean known =
                    schemes.plain().equals(uri.getScheme()) || schemes.secure().equals(uri.getScheme());
            if (known && uri.getHost() != null && uri.getRawQuery() == null && uri.getRawFragment() == null) {
                return uri;
            }
        } catch (URISyntaxException malformed) {
            // Reported below without the message of the exception, which may contain a password.
        }
        throw ConfigBounds.outside(
                key,
                url.contains("@") ? HIDDEN : "«" + url + "»",
                schemes.plain() + ":// or " + schemes.secure()
                        + "://, a host, and possibly a port, a path, and percent-encoded user and password; no query or fragment");
    }

    private static String unbracketed(String host) {
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    private static Optional<String> part(String userInfo, int index) {
        @Nullable String[] parts = userInfo.split(":", 2);
        return Optional.ofNullable(index < parts.length ? parts[index] : null)
                .map(Endpoint::decoded)
                .filter(text -> !text.isEmpty());
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    /** Returns host and port only. */
    @Override
    public String toString() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
