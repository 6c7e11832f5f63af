package io.xg2g.http;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import io.vertx.core.net.SocketAddress;
import io.xg2g.config.ConfigBounds;
import io.xg2g.http.Forwarding.Part;
import io.xg2g.http.PublicUrl.Authority;
import jakarta.inject.Singleton;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Resolves the URL at which a client reaches the service: the configured one; otherwise the one that trusted proxies
 * forward; otherwise that of the request itself. All URLs of the service in responses are created here. Malformed
 * headers are ignored.
 */
@Singleton
public class PublicUrls {
    private static final String KEY = "xg2g.http.public-url";

    private final Optional<PublicUrl> configured;
    private final TrustedProxies proxies;

    PublicUrls(HttpConfig config) {
        this.configured = config.publicUrl().map(PublicUrls::configured);
        this.proxies = new TrustedProxies(config);
    }

    /** Returns the URL at which the client of a request reaches the service. */
    public PublicUrl of(HttpServerRequest request) {
        return configured.orElseGet(() -> {
            ForwardedRequests.Client client = ForwardedRequests.Client.of(request);
            return of(
                    client.encrypted() ? "https" : "http",
                    authority(request),
                    client.inetAddress(),
                    request.headers());
        });
    }

    /** Returns whether the configured public URL has this host. */
    public boolean isConfigured(String host) {
        return configured.map(url -> url.host().equalsIgnoreCase(host)).orElse(false);
    }

    /**
     * Returns the URL for a request.
     *
     * @param scheme of the connection
     * @param own {@code Host} of the request
     * @param peer remote address, or {@code null} for a Unix socket
     */
    PublicUrl of(String scheme, Authority own, @Nullable InetAddress peer, MultiMap headers) {
        if (peer == null || !proxies.isTrusted(peer)) {
            return url(scheme, own, own.port(), "");
        }
        Forwarding header = proxies.forwarding;
        int hops = proxies.chain(peer, headers.getAll(header.header(Part.FOR))).hops();
        Optional<Authority> host = first(entries(header, Part.HOST, headers, hops), Authority::parse);
        Optional<Integer> port = header == Forwarding.FORWARDED
                ? Optional.empty()
                : first(entries(header, Part.PORT, headers, hops), PublicUrl::port);
        Authority authority = host.orElse(own);
        return url(
                first(entries(header, Part.PROTO, headers, hops), PublicUrl::scheme)
                        .orElse(scheme),
                authority,
                // The port in the Host header of the client has priority over the port of the proxy.
                host.flatMap(Authority::port).or(() -> port).or(authority::port),
                // RFC 7239 has no parameter for the prefix.
                prefix(entries(Forwarding.X_FORWARDED_FOR, Part.PREFIX, headers, hops)));
    }

    /**
     * Returns what the trusted proxies have forwarded, that of the outermost one first: it received the request of the
     * client.
     *
     * @param hops number of trusted proxies that forwarded a node; at least one proxy is assumed
     */
    private static List<String> entries(Forwarding header, Part part, MultiMap headers, int hops) {
        List<String> entries = header.nearestFirst(headers.getAll(header.header(part)), part);
        return entries.subList(0, Math.min(entries.size(), Math.max(1, hops))).reversed();
    }

    private static <T> Optional<T> first(List<String> entries, Function<String, Optional<T>> reader) {
        return entries.stream().flatMap(entry -> reader.apply(entry).stream()).findFirst();
    }

    /** Each proxy removes its own prefix from the rest that the previous one left. */
    private static String prefix(List<String> entries) {
        List<String> prefixes = entries.stream()
                .flatMap(entry -> PublicUrl.prefix(entry).stream())
                .toList();
        return prefixes.size() < entries.size()
                ? ""
                : PublicUrl.prefix(String.join("", prefixes)).orElse("");
    }

    private static PublicUrl url(String scheme, Authority authority, Optional<Integer> port, String prefix) {
        return new PublicUrl(scheme, authority.host(), port.orElse(PublicUrl.defaultPort(scheme)), prefix);
    }

    /** Returns the authority of the request; the local address if it has none that is valid. */
    private static Authority authority(HttpServerRequest request) {
        HostAndPort requested = request.authority();
        return Optional.ofNullable(requested)
                .flatMap(its -> Authority.parse(its.toString()))
                .orElseGet(() -> {
                    SocketAddress local = request.connection().localAddress();
                    @Nullable String address = local.hostAddress();
                    String host =
                            address == null ? "localhost" : address.indexOf(':') < 0 ? address : "[" + address + "]";
                    return new Authority(host, local.port() > 0 ? Optional.of(local.port()) : Optional.empty());
                });
    }

    private static PublicUrl configured(String text) {
        return PublicUrl.parse(text.strip())
                .orElseThrow(() -> ConfigBounds.outside(
                        KEY,
                        text,
                        "an http or https URL without user, query and fragment, for instance"
                                + " https://tv.example.org:8443/xg2g"));
    }
}
