package io.xg2g.source;

import io.netty.handler.codec.http.cookie.ClientCookieDecoder;
import io.netty.handler.codec.http.cookie.Cookie;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Cookies that the servers of one source have set (RFC 6265): the latest {@value #MAX_COOKIES}, until the source is
 * closed. Each is sent to the host that has set it, or to that of its {@code Domain}. Thread-safe.
 */
final class CookieJar {
    static final int MAX_COOKIES = 64;

    private static final int MAX_VALUE = 4096;
    private static final String ROOT = "/";

    private record Key(String name, String domain, String path) {}

    /** Cookie with its scope; {@code hostOnly} unless it has a {@code Domain}. */
    private record Stored(Key key, String value, boolean hostOnly, boolean secure) {
        boolean isFor(URI target, String host) {
            String path = path(target);
            boolean matches = host.equals(key.domain) || (!hostOnly && host.endsWith("." + key.domain));
            return matches
                    && (!secure || "https".equalsIgnoreCase(target.getScheme()))
                    && (path.equals(key.path)
                            || (path.startsWith(key.path)
                                    && (key.path.endsWith(ROOT) || path.charAt(key.path.length()) == '/')));
        }
    }

    /** Oldest first. */
    private final Map<Key, Stored> cookies = new LinkedHashMap<>();

    /** Stores the cookies of a response; one that is malformed or of another host is ignored. */
    synchronized void store(URI from, List<String> headers) {
        for (String header : headers) {
            Cookie cookie = ClientCookieDecoder.LAX.decode(header);
            if (cookie != null && cookie.value().length() <= MAX_VALUE) {
                store(from, cookie);
            }
        }
    }

    private void store(URI from, Cookie cookie) {
        String host = host(from);
        String domain = cookie.domain() == null
                ? ""
                : cookie.domain().toLowerCase(Locale.ROOT).replaceFirst("^\\.", "");
        boolean hostOnly = domain.isEmpty() || domain.equals(host);
        boolean wider = domain.contains(".")
                && host.endsWith("." + domain)
                && HostName.address(host).isEmpty();
        if (!hostOnly && !wider) {
            return;
        }
        String path = cookie.path() != null && cookie.path().startsWith(ROOT) ? cookie.path() : directory(from);
        Key key = new Key(cookie.name(), hostOnly ? host : domain, path);
        cookies.remove(key);
        if (cookie.maxAge() > 0 || cookie.maxAge() == Cookie.UNDEFINED_MAX_AGE) {
            cookies.put(key, new Stored(key, cookie.value(), hostOnly, cookie.isSecure()));
        }
        if (cookies.size() > MAX_COOKIES) {
            cookies.remove(cookies.keySet().iterator().next());
        }
    }

    /** Returns the value of the header {@code Cookie} for a request; empty if there is none. */
    synchronized String header(URI target) {
        String host = host(target);
        return cookies.values().stream()
                .filter(cookie -> cookie.isFor(target, host))
                .map(cookie -> cookie.key.name + "=" + cookie.value)
                .collect(Collectors.joining("; "));
    }

    private static String host(URI uri) {
        return String.valueOf(uri.getHost()).toLowerCase(Locale.ROOT);
    }

    private static String path(URI uri) {
        return uri.getRawPath() == null || uri.getRawPath().isEmpty() ? ROOT : uri.getRawPath();
    }

    /** Default path of a cookie (section 5.1.4). */
    private static String directory(URI uri) {
        String path = path(uri);
        return path.lastIndexOf('/') == 0 ? ROOT : path.substring(0, path.lastIndexOf('/'));
    }
}
