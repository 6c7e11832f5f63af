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
 * Under which URL a client sees the service: the configured one; else the one that trusted proxies say it used; else the one
 * of its own request. Every address of the service that an answer has is made here. What a header has that is malformed
 * counts as not said.
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

    /** The URL under which the client that sent the request sees the service. */
    public PublicUrl of(HttpServerRequest request) {
        return configured.orElseGet(() -> {
            @Nullable String peer = request.connection().remoteAddress().hostAddress();
            return of(
                    request.connection().isSsl() ? "https" : "http",
                    authority(request),
                    peer == null ? null : AddressBlock.literal(peer),
                    request.headers());
        });
    }

    /** Whether the service is configured to be seen under this host. */
    public boolean isConfigured(String host) {
        return configured.map(url -> url.host().equalsIgnoreCase(host)).orElse(false);
    }

    /**
     * The URL of a request.
     *
     * @param scheme of the connection
     * @param own what the request's own {@code Host} says
     * @param peer the other end of the connection, or {@code null} where that is a Unix socket
     */
    PublicUrl of(String scheme, Authority own, @Nullable InetAddress peer, MultiMap headers) {
        if (peer == null || !proxies.isTrusted(peer)) {
            return url(scheme, own, own.port(), "");
        }
        Forwarding header = proxies.forwarding;
        int hops = proxies.chain(peer, headers.getAll(header.header(Part.FOR))).hops();
        Optional<Authority> host = first(words(header, Part.HOST, headers, hops), Authority::parse);
        Optional<Integer> port = header == Forwarding.FORWARDED
                ? Optional.empty()
                : first(words(header, Part.PORT, headers, hops), PublicUrl::port);
        Authority authority = host.orElse(own);
        return url(
                first(words(header, Part.PROTO, headers, hops), PublicUrl::scheme)
                        .orElse(scheme),
                authority,
                // The port that the client has written is more to the point than the one that a proxy listens at.
                host.flatMap(Authority::port).or(() -> port).or(authority::port),
                // RFC 7239 has no parameter for it.
                prefix(words(Forwarding.X_FORWARDED_FOR, Part.PREFIX, headers, hops)));
    }

    /**
     * What the trusted proxies have said, the outermost one's word first: that one was asked by the client.
     *
     * @param hops how many trusted proxies have said whom they speak for; where none has, there is one
     */
    private static List<String> words(Forwarding header, Part part, MultiMap headers, int hops) {
        List<String> words = header.nearestFirst(headers.getAll(header.header(part)), part);
        return words.subList(0, Math.min(words.size(), Math.max(1, hops))).reversed();
    }

    private static <T> Optional<T> first(List<String> words, Function<String, Optional<T>> reader) {
        return words.stream().flatMap(word -> reader.apply(word).stream()).findFirst();
    }

    /** Each proxy takes its own prefix off what the one before it has left. */
    private static String prefix(List<String> words) {
        List<String> prefixes =
                words.stream().flatMap(word -> PublicUrl.prefix(word).stream()).toList();
        return prefixes.size() < words.size()
                ? ""
                : PublicUrl.prefix(String.join("", prefixes)).orElse("");
    }

    private static PublicUrl url(String scheme, Authority authority, Optional<Integer> port, String prefix) {
        return new PublicUrl(scheme, authority.host(), port.orElse(PublicUrl.defaultPort(scheme)), prefix);
    }

    /** What the request was sent to; where it does not say so well, where it has come to. */
    private static Authority authority(HttpServerRequest request) {
        HostAndPort asked = request.authority();
        return Optional.ofNullable(asked)
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
