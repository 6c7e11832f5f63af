package io.xg2g.source;

import java.net.InetAddress;

/**
 * A block of addresses; a single one is a block as long as an address. An IPv4 address that is written as an IPv6 one
 * ({@code ::ffff:a.b.c.d}) is the IPv4 address.
 */
record Cidr(InetAddress network, int length) {

    /**
     * Reads {@code 10.0.0.0/8}, {@code fd00::/8}, or one address.
     *
     * @throws IllegalArgumentException if it is something else
     */
    static Cidr of(String text) {
        int slash = text.indexOf('/');
        InetAddress network = HostName.address(slash < 0 ? text : text.substring(0, slash))
                .orElseThrow(() -> new IllegalArgumentException("no address: " + text));
        int bits = network.getAddress().length * Byte.SIZE;
        int length = slash < 0 ? bits : Integer.parseInt(text.substring(slash + 1));
        if (length < 0 || length > bits) {
            throw new IllegalArgumentException("the length of " + text + " is not 0 to " + bits);
        }
        return new Cidr(network, length);
    }

    boolean contains(InetAddress address) {
        byte[] prefix = network.getAddress();
        byte[] other = address.getAddress();
        if (prefix.length != other.length) {
            return false;
        }
        int whole = length / Byte.SIZE;
        for (int i = 0; i < whole; i++) {
            if (prefix[i] != other[i]) {
                return false;
            }
        }
        int rest = length % Byte.SIZE;
        return rest == 0 || (prefix[whole] ^ other[whole]) >> (Byte.SIZE - rest) == 0;
    }
}
