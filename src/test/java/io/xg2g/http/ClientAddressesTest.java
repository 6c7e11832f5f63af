package io.xg2g.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.runtime.configuration.ConfigurationException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClientAddressesTest {
    private static final String PROXIES = "10.0.0.0/8,2001:db8:ffff::/48";

    @Test
    void aClientIsTheAddressOfItsConnection() {
        assertThat(client("203.0.113.7")).isEqualTo("203.0.113.7");
    }

    @ParameterizedTest
    @ValueSource(strings = {"2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff", "2001:DB8:1:2:a::%eth0"})
    void anIpv6ClientIsItsNetwork(String address) {
        assertThat(client(address)).isEqualTo("20010db800010002/64");
    }

    @Test
    void anIpv4MappedAddressIsTheIpv4Address() {
        assertThat(client("::ffff:203.0.113.7")).isEqualTo("203.0.113.7");
        assertThat(client("::ffff:cb00:7107")).isEqualTo("203.0.113.7");
    }

    @Test
    void headersOfUntrustedSendersAreIgnored() {
        assertThat(client("203.0.113.7", "198.51.100.1")).isEqualTo("203.0.113.7");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "198.51.100.1 | 198.51.100.1",
                "198.51.100.1:4711 | 198.51.100.1",
                "[2001:db8:1:2::9]:4711 | 20010db800010002/64",
                "2001:db8:1:2::9 | 20010db800010002/64",
                // Entries of the client are left of the proxy's entry.
                "192.0.2.66, 198.51.100.1 | 198.51.100.1",
                "192.0.2.66,198.51.100.1,10.9.9.9 | 198.51.100.1",
                "192.0.2.66, 198.51.100.1, 2001:db8:ffff::1 | 198.51.100.1",
                // The client is a trusted proxy itself.
                "10.7.7.7 | 10.7.7.7",
                // An invalid address ends the search at the proxy that forwarded it.
                "unknown | 10.1.1.1",
                "198.51.100.1, _hidden | 10.1.1.1",
                "198.51.100.1, | 10.1.1.1",
                "evil.example.org | 10.1.1.1",
                "1 | 10.1.1.1",
                "198.51.100.1, 99999999999 | 10.1.1.1"
            })
    void aTrustedProxySetsTheClientAddress(String header, String client) {
        assertThat(client("10.1.1.1", header)).isEqualTo(client);
    }

    @Test
    void repeatedHeadersAreJoined() {
        assertThat(client("10.1.1.1", "192.0.2.66", "198.51.100.1")).isEqualTo("198.51.100.1");
    }

    @Test
    void aLongChainIsTruncated() {
        String forged = "10.0.0.1,".repeat(100_000) + "10.0.0.2";
        assertThat(client("10.1.1.1", forged)).isEqualTo("10.0.0.1");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "for=198.51.100.1 | 198.51.100.1",
                "For=\"198.51.100.1:80\";proto=https;by=10.1.1.1 | 198.51.100.1",
                "proto=http; for=\"[2001:db8:1:2::9]:4711\" | 20010db800010002/64",
                "for=192.0.2.66, for=198.51.100.1;host=a, for=10.2.2.2 | 198.51.100.1",
                "for=_secret | 10.1.1.1",
                "by=198.51.100.1 | 10.1.1.1",
                "xfor=198.51.100.1 | 10.1.1.1",
                // A proxy forwards the client's Host, quoted.
                "for=198.51.100.1;host=\"x,for=203.0.113.66\";proto=http | 198.51.100.1",
                "host=\"x;for=203.0.113.66\";for=198.51.100.1 | 198.51.100.1",
                "host=\"a\\\",for=203.0.113.66;b\";for=198.51.100.1 | 198.51.100.1"
            })
    void theForwardedHeaderIsReadIfConfigured(String header, String client) {
        ClientAddresses addresses = new ClientAddresses(new Config(PROXIES, "Forwarded"));
        assertThat(addresses.of(AddressBlock.literal("10.1.1.1"), List.of(header)))
                .isEqualTo(client);
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.0/33", "10.0.0/8", "proxy.example.org", "10.0.0.0/x", "", "::/129", "10.0.0.0/-1"})
    void anInvalidBlockFailsTheStart(String block) {
        assertThatThrownBy(() -> new ClientAddresses(new Config(block, "forwarded")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("xg2g.http.trusted-proxies is " + block);
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.255.0.1, true",
        "10.0.0.0/8, 11.0.0.1, false",
        "10.0.0.0/8, ::a00:1, false",
        "192.0.2.128/25, 192.0.2.127, false",
        "192.0.2.128/25, 192.0.2.255, true",
        "192.0.2.5, 192.0.2.5, true",
        "192.0.2.5, 192.0.2.4, false",
        "0.0.0.0/0, 203.0.113.1, true",
        "2001:db8::/33, 2001:db8:7fff::1, true",
        "2001:db8::/33, 2001:db8:8000::1, false",
        "::ffff:10.0.0.1, 10.0.0.1, true"
    })
    void aBlockContainsAddressesWithItsPrefix(String block, String address, boolean contains) {
        assertThat(AddressBlock.parse(block, AddressBlock::literal).contains(AddressBlock.literal(address)))
                .isEqualTo(contains);
    }

    private static String client(String peer, String... forwarded) {
        return new ClientAddresses(new Config(PROXIES, "X-Forwarded-For"))
                .of(AddressBlock.literal(peer), List.of(forwarded));
    }

    private record Config(String proxies, String forwardedHeader) implements HttpConfig {
        @Override
        public Optional<List<String>> trustedProxies() {
            return Optional.of(List.of(proxies.split(",")));
        }

        @Override
        public Optional<String> publicUrl() {
            return Optional.empty();
        }

        @Override
        public int maxConnectionsPerClient() {
            return 1;
        }

        @Override
        public Duration idleTimeout() {
            return Duration.ofSeconds(1);
        }

        @Override
        public Duration bodyTimeout() {
            return Duration.ofSeconds(1);
        }
    }
}
