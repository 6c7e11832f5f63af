package io.xg2g.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.random.RandomInput;
import io.xg2g.random.RandomTest;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Comparison with a naive reading of the IANA registries: the narrowest range of an address determines its kind. */
class AddressKindsTest {
    private static final AddressKinds KINDS = new AddressKinds(new LocalNetworks(List::of, () -> 0));

    /** Address range, inclusive. */
    private static final String RANGES = """
            0.0.0.0 255.255.255.255 PUBLIC
            0.0.0.0 0.255.255.255 SPECIAL
            10.0.0.0 10.255.255.255 PRIVATE
            100.64.0.0 100.127.255.255 PRIVATE
            100.100.100.200 100.100.100.200 SPECIAL
            127.0.0.0 127.255.255.255 SPECIAL
            168.63.129.16 168.63.129.16 SPECIAL
            169.254.0.0 169.254.255.255 SPECIAL
            172.16.0.0 172.31.255.255 PRIVATE
            192.0.0.0 192.0.0.255 SPECIAL
            192.0.2.0 192.0.2.255 SPECIAL
            192.88.99.0 192.88.99.255 SPECIAL
            192.168.0.0 192.168.255.255 PRIVATE
            198.18.0.0 198.19.255.255 SPECIAL
            198.51.100.0 198.51.100.255 SPECIAL
            203.0.113.0 203.0.113.255 SPECIAL
            224.0.0.0 239.255.255.255 SPECIAL
            240.0.0.0 255.255.255.255 SPECIAL
            :: ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff SPECIAL
            2000:: 3fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff PUBLIC
            2001:: 2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff SPECIAL
            2001:db8:: 2001:db8:ffff:ffff:ffff:ffff:ffff:ffff SPECIAL
            2002:: 2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff SPECIAL
            3fff:: 3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff SPECIAL
            fc00:: fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff PRIVATE
            fd00:ec2:: fd00:ec2:ffff:ffff:ffff:ffff:ffff:ffff SPECIAL
            fd20:ce::254 fd20:ce::254 SPECIAL
            """;

    private static final BigInteger NAT64 = number(InetAddress.ofLiteral("64:ff9b::"));

    private record Range(int bytes, BigInteger first, BigInteger last, AddressKind kind) {
        static Range of(String line) {
            String[] fields = line.split(" ");
            InetAddress first = InetAddress.ofLiteral(fields[0]);
            return new Range(
                    first.getAddress().length,
                    number(first),
                    number(InetAddress.ofLiteral(fields[1])),
                    AddressKind.valueOf(fields[2]));
        }

        boolean contains(InetAddress address) {
            BigInteger number = number(address);
            return address.getAddress().length == bytes && number.compareTo(first) >= 0 && number.compareTo(last) <= 0;
        }
    }

    private static final List<Range> ALL = RANGES.lines().map(Range::of).toList();

    @RandomTest
    void everyAddressHasTheKindOfItsNarrowestRange(RandomInput input) {
        for (int i = 0; i < 200; i++) {
            InetAddress address = address(anyBytes(input));

            assertThat(KINDS.of(address)).as(address.getHostAddress()).isEqualTo(naive(address));
        }
    }

    @RandomTest
    void anIpv4AddressHasTheSameKindInEveryIpv6Notation(RandomInput input) throws UnknownHostException {
        for (int i = 0; i < 50; i++) {
            assertSameInEveryNotation(Arrays.copyOf(anyBytes(input), 4));
        }
    }

    private static void assertSameInEveryNotation(byte[] v4) throws UnknownHostException {
        byte[] mapped = new byte[16];
        mapped[10] = mapped[11] = (byte) 0xFF;
        System.arraycopy(v4, 0, mapped, 12, 4);
        byte[] nat64 = {0, 0x64, (byte) 0xFF, (byte) 0x9B, 0, 0, 0, 0, 0, 0, 0, 0, v4[0], v4[1], v4[2], v4[3]};
        AddressKind kind = naive(InetAddress.getByAddress(v4));

        assertThat(KINDS.of(InetAddress.getByAddress(mapped))).isEqualTo(kind);
        assertThat(KINDS.of(InetAddress.getByAddress(nat64)) == AddressKind.PUBLIC)
                .isEqualTo(kind == AddressKind.PUBLIC);
    }

    @ParameterizedTest
    @CsvSource({
        "8.8.8.8, PUBLIC",
        "2606:4700::1111, PUBLIC",
        "2a00:1450:4001::8a, PUBLIC",
        "192.168.1.20, PRIVATE",
        "100.64.0.1, PRIVATE",
        "fd12::1, PRIVATE",
        "127.0.0.1, SPECIAL",
        "0.0.0.0, SPECIAL",
        "169.254.169.254, SPECIAL",
        "::1, SPECIAL",
        "::, SPECIAL",
        "::ffff:127.0.0.1, SPECIAL",
        "::127.0.0.1, SPECIAL",
        "fe80::1, SPECIAL",
        "fec0::1, SPECIAL",
        "ff02::1, SPECIAL",
        "64:ff9b::127.0.0.1, SPECIAL",
        "64:ff9b::10.0.0.1, SPECIAL",
        "64:ff9b::8.8.8.8, PUBLIC",
        "64:ff9b:1::8.8.8.8, SPECIAL",
        "2002:7f00:1::, SPECIAL",
        "2001:0:1::, SPECIAL",
        "fd00:ec2::254, SPECIAL",
        "fd20:ce::254, SPECIAL",
        "fd20:ce::253, PRIVATE",
        "168.63.129.16, SPECIAL",
        "100.100.100.200, SPECIAL",
        "192.0.0.192, SPECIAL"
    })
    void knownAddressesHaveTheirKind(String address, AddressKind kind) {
        assertThat(KINDS.of(InetAddress.ofLiteral(address))).isEqualTo(kind);
    }

    /** Random addresses, and those around the bounds of the ranges. */
    private static byte[] anyBytes(RandomInput input) {
        if (input.chance(2 / 3.0)) {
            return input.bytesOf(input.of(4, 16));
        }
        Range range = input.of(ALL);
        BigInteger end = input.of(range.first(), range.last());
        return bytes(end.add(BigInteger.valueOf(input.between(-2, 2))), range.bytes());
    }

    private static AddressKind naive(InetAddress address) {
        BigInteger number = number(address);
        if (address.getAddress().length == 16 && number.shiftRight(32).equals(NAT64.shiftRight(32))) {
            InetAddress inner = address(bytes(number, 4));
            return naive(inner) == AddressKind.PUBLIC ? AddressKind.PUBLIC : AddressKind.SPECIAL;
        }
        return ALL.stream()
                .filter(range -> range.contains(address))
                .min(Comparator.comparing(range -> range.last().subtract(range.first())))
                .orElseThrow()
                .kind();
    }

    private static InetAddress address(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    private static BigInteger number(InetAddress address) {
        return new BigInteger(1, address.getAddress());
    }

    /** The lowest bytes of a number, which may overflow. */
    private static byte[] bytes(BigInteger number, int length) {
        byte[] all = number.mod(BigInteger.ONE.shiftLeft(8 * length)).toByteArray();
        byte[] bytes = new byte[length];
        int copied = Math.min(length, all.length);
        System.arraycopy(all, all.length - copied, bytes, length - copied, copied);
        return bytes;
    }
}
