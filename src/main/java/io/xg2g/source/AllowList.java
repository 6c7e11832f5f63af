package io.xg2g.source;

import io.xg2g.config.ConfigBounds;
import io.xg2g.http.AddressBlock;
import java.net.InetAddress;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Allow list of the sources that clients may use: {@link SourceConfig#allow()}. Protects against server-side request
 * forgery (SSRF).
 */
final class AllowList {
    private static final String KEY = "xg2g.source.allow";
    private static final String ALLOWED =
            "public, or [scheme://]host[:port] with a name, *.name, an address, or a network such as 10.0.0.0/8 or"
                    + " [fd00::/8]; schemes are http, https, rtsp, rtsps, rtmp, srt, udp, rtp";
    private static final String PUBLIC = "public";

    private static final Pattern ENTRY = Pattern.compile(
            "(?:(?<scheme>[a-z]+)://)?"
                    + "(?:\\[(?<v6>[0-9a-f:.]+(?:/\\d{1,3})?)\\]|(?<host>[^\\[\\]:/@?#]+(?:/\\d{1,2})?))(?::(?<port>\\d{1,5}))?");

    /** Schemes that {@code public} includes. UDP and RTP are received, not fetched, and ffmpeg itself speaks RTMP: they have to be listed. */
    private static final Set<String> PUBLIC_SCHEMES = Set.of("http", "https", "rtsp", "rtsps", "srt");

    private static final Set<Integer> PUBLIC_PORTS = Set.of(80, 322, 443, 554);
    private static final int FIRST_USER_PORT = 1024;

    /** One entry. An empty field is not restricted; either the name or the network is present. */
    private record Entry(
            Optional<String> scheme, Optional<String> name, Optional<AddressBlock> network, Optional<Integer> port) {
        boolean takes(SourceAddress source) {
            return scheme.map(source.scheme()::equals).orElse(true)
                    && port.map(p -> p == source.port()).orElse(true);
        }

        boolean names(SourceAddress source) {
            return source.literal().isEmpty()
                    && name.map(n -> n.startsWith("*.")
                                    ? source.host().endsWith(n.substring(1))
                                    : source.host().equals(n))
                            .orElse(false);
        }

        boolean contains(InetAddress address) {
            return network.map(n -> n.contains(address)).orElse(false);
        }
    }

    private final AddressKinds kinds = new AddressKinds();
    private final boolean publicAllowed;
    private final List<Entry> entries;
    private final String shown;

    /**
     * Parses the entries.
     *
     * @throws io.quarkus.runtime.configuration.ConfigurationException if one is malformed
     */
    AllowList(List<String> texts) {
        publicAllowed = texts.contains(PUBLIC);
        entries = texts.stream()
                .filter(text -> !text.equals(PUBLIC))
                .map(AllowList::entry)
                .toList();
        shown = String.join(", ", texts);
    }

    private static Entry entry(String text) {
        Matcher entry = ENTRY.matcher(text.strip().toLowerCase(Locale.ROOT));
        if (!entry.matches()) {
            throw ConfigBounds.outside(KEY, text, ALLOWED);
        }
        Optional<String> scheme = Optional.ofNullable(entry.group("scheme"));
        Optional<Integer> port = Optional.ofNullable(entry.group("port")).map(Integer::valueOf);
        String host = entry.group("v6") == null ? entry.group("host") : entry.group("v6");
        Optional<AddressBlock> network = network(host);
        Optional<String> name = network.isPresent() ? Optional.empty() : name(host);
        boolean known = scheme.map(SourceAddress.SCHEMES::contains).orElse(true)
                && port.map(p -> p > 0 && p < 65_536).orElse(true)
                && (network.isPresent() || name.isPresent());
        if (!known) {
            throw ConfigBounds.outside(KEY, text, ALLOWED);
        }
        return new Entry(scheme, name, network, port);
    }

    private static Optional<AddressBlock> network(String host) {
        try {
            return Optional.of(HostName.block(host));
        } catch (IllegalArgumentException aName) {
            return Optional.empty();
        }
    }

    private static Optional<String> name(String host) {
        return host.startsWith("*.") ? HostName.name(host.substring(2)).map(name -> "*." + name) : HostName.name(host);
    }

    /** Returns whether the name of a source is listed, or an address that it resolves to may be listed. */
    boolean mayBeAllowed(SourceAddress source) {
        return isPublicByDefault(source)
                || entries.stream()
                        .filter(entry -> entry.takes(source))
                        .anyMatch(
                                entry -> entry.names(source) || entry.network().isPresent());
    }

    /**
     * Returns whether a source may be fetched from an address. A listed name may resolve to a private address; a
     * loopback, link-local or metadata address has to be listed too.
     */
    boolean allows(SourceAddress source, InetAddress address) {
        AddressKind kind = kinds.of(address);
        if (isPublicByDefault(source) && kind == AddressKind.PUBLIC) {
            return true;
        }
        return entries.stream()
                .filter(entry -> entry.takes(source))
                .anyMatch(entry -> entry.contains(address) || (entry.names(source) && kind != AddressKind.SPECIAL));
    }

    /** Returns whether an entry lists the name of this source, or the address literal of its URL. */
    boolean lists(SourceAddress source) {
        return entries.stream()
                .filter(entry -> entry.takes(source))
                .anyMatch(entry -> entry.names(source)
                        || source.literal().map(entry::contains).orElse(false));
    }

    private boolean isPublicByDefault(SourceAddress source) {
        return publicAllowed
                && PUBLIC_SCHEMES.contains(source.scheme())
                && (source.port() >= FIRST_USER_PORT || PUBLIC_PORTS.contains(source.port()));
    }

    @Override
    public String toString() {
        return shown;
    }
}
