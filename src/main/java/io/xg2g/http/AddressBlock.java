package io.xg2g.http;

import java.net.InetAddress;
import java.util.function.Function;

/**
 * CIDR block of addresses: RFC 4632; RFC 4291, section 2.3.
 *
 * @param bits length of the prefix
 */
public record AddressBlock(InetAddress address, int bits) {

    /**
     * Reads an address, or an address with the length of a prefix.
     *
     * @param reader reads the address; throws {@link IllegalArgumentException} for anything else
     * @throws IllegalArgumentException if the text is neither, or the prefix is too long
     */
    public static AddressBlock parse(String text, Function<String, InetAddress> reader) {
        int slash = text.indexOf('/');
        InetAddress address = reader.apply(slash < 0 ? text : text.substring(0, slash));
        int width = address.getAddress().length * 8;
        int bits = slash < 0 ? width : Integer.parseInt(text.substring(slash + 1));
        if (bits < 0 || bits > width) {
            throw new IllegalArgumentException("a prefix has 0 to " + width + " bits");
        }
        return new AddressBlock(address, bits);
    }

    /**
     * Reads an address literal without resolving names. An IPv4-mapped IPv6 address is the IPv4 address.
     *
     * @throws IllegalArgumentException if the text is no address
     */
    static InetAddress literal(String text) {
        int zone = text.indexOf('%');
        String bare = zone < 0 ? text : text.substring(0, zone);
        if (bare.indexOf(':') < 0 && bare.chars().filter(c -> c == '.').count() != 3) {
            throw new IllegalArgumentException("an IPv4 address has four numbers");
        }
        return InetAddress.ofLiteral(bare);
    }

    public boolean contains(InetAddress other) {
        byte[] own = address.getAddress();
        byte[] others = other.getAddress();
        if (own.length != others.length) {
            return false;
        }
        for (int bit = 0; bit < bits; bit += 8) {
            int mask = 0xff << Math.max(0, 8 - (bits - bit));
            if (((own[bit / 8] ^ others[bit / 8]) & mask & 0xff) != 0) {
                return false;
            }
        }
        return true;
    }
}
