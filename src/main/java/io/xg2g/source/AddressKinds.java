package io.xg2g.source;

import io.xg2g.http.AddressBlock;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;

/**
 * Classifies addresses by the IANA registries of special-purpose addresses (RFC 6890), the metadata addresses of
 * clouds, and the {@linkplain LocalNetworks networks of this machine}. Has no static state, since a native image must not contain addresses from build time.
 */
final class AddressKinds {
    private record Block(AddressBlock addresses, AddressKind kind) {}

    /** NAT64 (RFC 6052): the IPv4 address is in the last four bytes. */
    private final AddressBlock nat64 = HostName.block("64:ff9b::/96");

    private final AddressBlock globalUnicast = HostName.block("2000::/3");

    /** The first block that contains an address determines its kind. */
    private final List<Block> blocks = List.of(
            // Metadata and agents of clouds (Alibaba, Azure, AWS, Google), inside blocks of another kind.
            special("100.100.100.200"),
            special("168.63.129.16"),
            special("fd00:ec2::/32"),
            special("fd20:ce::254"),
            inside("10.0.0.0/8"),
            inside("100.64.0.0/10"),
            inside("172.16.0.0/12"),
            inside("192.168.0.0/16"),
            inside("fc00::/7"),
            special("0.0.0.0/8"),
            special("127.0.0.0/8"),
            special("169.254.0.0/16"),
            special("192.0.0.0/24"),
            special("192.0.2.0/24"),
            special("192.88.99.0/24"),
            special("198.18.0.0/15"),
            special("198.51.100.0/24"),
            special("203.0.113.0/24"),
            special("224.0.0.0/3"),
            special("2001::/23"),
            special("2001:db8::/32"),
            special("2002::/16"),
            special("3fff::/20"));

    private final LocalNetworks local;

    AddressKinds() {
        this(new LocalNetworks());
    }

    AddressKinds(LocalNetworks local) {
        this.local = local;
    }

    AddressKind of(InetAddress address) {
        if (nat64.contains(address)) {
            return of(embedded(address)) == AddressKind.PUBLIC ? AddressKind.PUBLIC : AddressKind.SPECIAL;
        }
        for (Block block : blocks) {
            if (block.addresses().contains(address)) {
                return block.kind();
            }
        }
        return address instanceof Inet4Address || globalUnicast.contains(address)
                ? local.of(address)
                : AddressKind.SPECIAL;
    }

    private static InetAddress embedded(InetAddress address) {
        byte[] bytes = address.getAddress();
        try {
            return InetAddress.getByAddress(Arrays.copyOfRange(bytes, bytes.length - 4, bytes.length));
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static Block special(String block) {
        return new Block(HostName.block(block), AddressKind.SPECIAL);
    }

    private static Block inside(String block) {
        return new Block(HostName.block(block), AddressKind.PRIVATE);
    }
}
