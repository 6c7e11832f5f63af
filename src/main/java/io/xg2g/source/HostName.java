package io.xg2g.source;

import io.xg2g.http.AddressBlock;
import java.net.InetAddress;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Strict parser of hosts. Ambiguous spellings are rejected, so that no other parser can interpret an accepted one
 * differently.
 */
final class HostName {
    private static final String BYTE = "(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
    private static final Pattern IPV4 = Pattern.compile(BYTE + "(\\." + BYTE + "){3}");
    private static final Pattern IPV6 = Pattern.compile("[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*");

    private static final int MAX_NAME = 253;
    private static final String LABEL = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?";
    private static final Pattern NAME = Pattern.compile("(" + LABEL + "\\.)*" + LABEL);

    /** A last label that some parsers take for a number, and the host for an IPv4 address (WHATWG URL, section 3.5). */
    private static final Pattern NUMERIC = Pattern.compile("(.*\\.)?(\\d+|0x[0-9a-f]*)");

    private HostName() {}

    /** Parses an address literal: four decimal numbers, or IPv6 without a zone, with or without brackets. */
    static Optional<InetAddress> address(String text) {
        boolean brackets = text.startsWith("[") && text.endsWith("]");
        String bare = brackets ? text.substring(1, text.length() - 1) : text;
        if (IPV4.matcher(bare).matches() ? brackets : !IPV6.matcher(bare).matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(InetAddress.ofLiteral(bare));
        } catch (IllegalArgumentException malformed) {
            return Optional.empty();
        }
    }

    /**
     * Parses {@code 10.0.0.0/8}, {@code fd00::/8}, or one address.
     *
     * @throws IllegalArgumentException for any other text
     */
    static AddressBlock block(String text) {
        return AddressBlock.parse(
                text,
                address -> address(address).orElseThrow(() -> new IllegalArgumentException("no address: " + address)));
    }

    /**
     * Normalizes a name: lower case, without the dot of the root. Empty for a text that is no name of ASCII letters, or
     * could be read as an address.
     */
    static Optional<String> name(String text) {
        String name = text.toLowerCase(Locale.ROOT);
        if (name.endsWith(".")) {
            name = name.substring(0, name.length() - 1);
        }
        boolean taken = name.length() <= MAX_NAME
                && NAME.matcher(name).matches()
                && !NUMERIC.matcher(name).matches();
        return taken ? Optional.of(name) : Optional.empty();
    }
}
