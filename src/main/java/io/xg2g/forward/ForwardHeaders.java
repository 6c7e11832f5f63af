package io.xg2g.forward;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.xg2g.cluster.Signatures;
import io.xg2g.http.ForwardedRequests;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Headers of forwarded requests and of their responses: all but those of a single connection (RFC 9110, section 7.6.1). */
final class ForwardHeaders {
    private static final Set<String> OF_THE_CONNECTION = Set.of(
            "connection",
            "http2-settings",
            "keep-alive",
            "proxy-authenticate",
            "proxy-authorization",
            "proxy-connection",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade");

    /** Set by the gateway itself. */
    private static final Set<String> REPLACED = Set.of(
            "expect",
            "host",
            Signatures.HEADER.toLowerCase(Locale.ROOT),
            Signatures.FORWARDED.toLowerCase(Locale.ROOT));

    /** What follows is of a newer release. */
    private static final Pattern CLIENT = Pattern.compile("(?<address>[0-9A-Fa-f:.]+|-) (?<scheme>https?)(?: .*)?");

    private static final String NO_ADDRESS = "-";

    private ForwardHeaders() {}

    /** Adds the headers of a client's request to those of the forwarded one. */
    static void addRequest(MultiMap client, MultiMap forwarded) {
        Set<String> nominated = nominated(client);
        for (Map.Entry<String, String> header : client) {
            String name = header.getKey().toLowerCase(Locale.ROOT);
            if (!OF_THE_CONNECTION.contains(name) && !REPLACED.contains(name) && !nominated.contains(name)) {
                forwarded.add(header.getKey(), header.getValue());
            }
        }
    }

    /** Sets the headers of the owner's response in that to the client, whose own of the same names are replaced. */
    static void setResponse(MultiMap owner, MultiMap client) {
        Set<String> nominated = nominated(owner);
        for (String name : owner.names()) {
            String lower = name.toLowerCase(Locale.ROOT);
            if (!OF_THE_CONNECTION.contains(lower) && !nominated.contains(lower)) {
                client.set(name, owner.getAll(name));
            }
        }
    }

    /** Returns the value of {@link Signatures#FORWARDED} for a client. */
    static String format(ForwardedRequests.Client client) {
        String address = client.address();
        // Without the zone, which has a meaning on this machine only.
        return (address == null ? NO_ADDRESS : address.replaceAll("%.*", ""))
                + (client.encrypted() ? " https" : " http");
    }

    /** Reads the value of {@link Signatures#FORWARDED}; empty if it is malformed. */
    static Optional<ForwardedRequests.Client> parse(String value) {
        Matcher parts = CLIENT.matcher(value);
        if (!parts.matches()) {
            return Optional.empty();
        }
        String address = parts.group("address");
        return Optional.of(new ForwardedRequests.Client(
                address.equals(NO_ADDRESS) ? null : address,
                parts.group("scheme").equals("https")));
    }

    private static Set<String> nominated(MultiMap headers) {
        List<String> lines = headers.getAll(HttpHeaders.CONNECTION);
        if (lines.isEmpty()) {
            return Set.of();
        }
        Set<String> names = new HashSet<>();
        for (String line : lines) {
            for (String name : line.split(",", -1)) {
                names.add(name.strip().toLowerCase(Locale.ROOT));
            }
        }
        return names;
    }
}
