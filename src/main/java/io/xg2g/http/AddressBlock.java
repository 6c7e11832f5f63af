package io.xg2g.http;

import java.net.InetAddress;
import java.util.function.Function;

/**
 * A block of addresses: RFC 4632 and RFC 4291, section 2.3.
 *
 * @param bits how many leading bits are common to all of its addresses
 */
public record AddressBlock(InetAddress address, int bits) {

    /**
     * Reads an address, or an address and a number of bits.
     *
     * @param reader reads the address; throws {@link IllegalArgumentException} if it is none
     * @throws IllegalArgumentException if it is neither, or there are not so many bits
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
     * An address as it is written; no name is looked up. An IPv4 address in IPv6 clothes is the IPv4 address.
     *
     * @throws IllegalArgumentException if it is none
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
