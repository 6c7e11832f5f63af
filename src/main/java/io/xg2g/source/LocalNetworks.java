package io.xg2g.source;

import io.xg2g.http.AddressBlock;
import java.net.InetAddress;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Addresses of this machine and of the networks to which its interfaces are connected. With public addresses, usual for IPv6,
 * they are behind the same firewall as the service, and only their neighbours reach them. Read again every ten seconds.
 * Thread-safe.
 */
final class LocalNetworks {
    static final Duration MAX_AGE = Duration.ofSeconds(10);

    /** A shorter prefix is no network of an interface, and would contain a large part of the internet. */
    private static final int MIN_BITS_IPV4 = 8;

    private static final int MIN_BITS_IPV6 = 32;

    private final Interfaces interfaces;
    private final LongSupplier nanos;
    private volatile Known known;

    /** Reader of the interfaces' addresses, with the lengths of their prefixes. */
    interface Interfaces {
        List<AddressBlock> read() throws SocketException;
    }

    private record Known(List<AddressBlock> addresses, long readAt) {}

    LocalNetworks() {
        this(LocalNetworks::ofThisMachine, System::nanoTime);
    }

    LocalNetworks(Interfaces interfaces, LongSupplier nanos) {
        this.interfaces = interfaces;
        this.nanos = nanos;
        known = new Known(List.of(), nanos.getAsLong() - MAX_AGE.toNanos());
    }

    private static List<AddressBlock> ofThisMachine() throws SocketException {
        return NetworkInterface.networkInterfaces()
                .flatMap(each -> each.getInterfaceAddresses().stream())
                .map(LocalNetworks::block)
                .toList();
    }

    private static AddressBlock block(InterfaceAddress address) {
        return new AddressBlock(address.getAddress(), address.getNetworkPrefixLength());
    }

    /** Returns the kind of an address that the registries call public. */
    AddressKind of(InetAddress address) {
        AddressKind kind = AddressKind.PUBLIC;
        for (AddressBlock block : addresses()) {
            if (block.address().equals(address)) {
                return AddressKind.SPECIAL;
            }
            int min = block.address().getAddress().length == 4 ? MIN_BITS_IPV4 : MIN_BITS_IPV6;
            if (block.bits() >= min && block.contains(address)) {
                kind = AddressKind.PRIVATE;
            }
        }
        return kind;
    }

    private List<AddressBlock> addresses() {
        Known now = known;
        if (nanos.getAsLong() - now.readAt() >= MAX_AGE.toNanos()) {
            now = new Known(read(now.addresses()), nanos.getAsLong());
            known = now;
        }
        return now.addresses();
    }

    private List<AddressBlock> read(List<AddressBlock> before) {
        try {
            return interfaces.read();
        } catch (SocketException unreadable) {
            return before;
        }
    }
}
