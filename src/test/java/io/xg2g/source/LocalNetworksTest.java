package io.xg2g.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.http.AddressBlock;
import java.net.InetAddress;
import java.net.SocketException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LocalNetworksTest {
    private List<AddressBlock> interfaces =
            blocks("2a02:8106:1:2::10/64", "93.184.216.34/24", "192.168.1.5/24", "fe80::1/64");
    private boolean unreadable;
    private int reads;
    private long now;
    private final AddressKinds kinds = new AddressKinds(new LocalNetworks(this::read, () -> now));

    private List<AddressBlock> read() throws SocketException {
        reads++;
        if (unreadable) {
            throw new SocketException("Too many open files");
        }
        return interfaces;
    }

    private static List<AddressBlock> blocks(String... texts) {
        return Stream.of(texts).map(HostName::block).toList();
    }

    private AddressKind kind(String address) {
        return kinds.of(InetAddress.ofLiteral(address));
    }

    @ParameterizedTest
    @CsvSource({
        "2a02:8106:1:2::10, SPECIAL",
        "2a02:8106:1:2::20, PRIVATE",
        "2a02:8106:1:3::20, PUBLIC",
        "93.184.216.34, SPECIAL",
        "::ffff:93.184.216.34, SPECIAL",
        "64:ff9b::93.184.216.34, SPECIAL",
        "93.184.216.99, PRIVATE",
        "93.184.217.1, PUBLIC",
        "192.168.1.5, PRIVATE",
        "127.0.0.1, SPECIAL",
        "8.8.8.8, PUBLIC"
    })
    void thisMachineAndItsNeighboursAreNotPublic(String address, AddressKind kind) {
        assertThat(kind(address)).isEqualTo(kind);
    }

    @Test
    void aPrefixOfHalfTheInternetIsNoNetwork() {
        interfaces = blocks("93.184.216.34/0", "2a02:8106:1:2::10/0", "45.1.2.3/1");
        assertThat(kind("8.8.8.8")).isEqualTo(AddressKind.PUBLIC);
        assertThat(kind("2a00:1450::1")).isEqualTo(AddressKind.PUBLIC);
        assertThat(kind("93.184.216.34")).isEqualTo(AddressKind.SPECIAL);
    }

    @Test
    void theInterfacesAreReadAgainAfterTheirMaximumAge() {
        assertThat(kind("2a00:1450::1")).isEqualTo(AddressKind.PUBLIC);
        interfaces = blocks("2a00:1450::1/128");
        now = LocalNetworks.MAX_AGE.toNanos() - 1;
        assertThat(kind("2a00:1450::1")).isEqualTo(AddressKind.PUBLIC);
        assertThat(reads).isEqualTo(1);
        now++;
        assertThat(kind("2a00:1450::1")).isEqualTo(AddressKind.SPECIAL);
        assertThat(reads).isEqualTo(2);
    }

    @Test
    void whatWasReadBeforeHoldsWhileTheInterfacesCannotBeRead() {
        kind("8.8.8.8");
        unreadable = true;
        now = LocalNetworks.MAX_AGE.toNanos();
        assertThat(kind("2a02:8106:1:2::10")).isEqualTo(AddressKind.SPECIAL);
    }

    @Test
    void theAddressesOfTheRealInterfacesAreRead() {
        AddressKinds real = new AddressKinds();
        assertThat(real.of(InetAddress.getLoopbackAddress())).isEqualTo(AddressKind.SPECIAL);
        assertThat(real.of(InetAddress.ofLiteral("8.8.8.8"))).isEqualTo(AddressKind.PUBLIC);
    }
}
