package io.xg2g.http;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InheritedSocketTest {
    private static final List<Integer> PORTS = List.of(8080, 8443);

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, 8080, 127.0.0.1",
        "127.0.0.1, 8443, localhost",
        "::1,       8080, ::1",
        // ListenStream=8080 of systemd is IPv6 and IPv4.
        "::,        8080, 0.0.0.0",
        "0.0.0.0,   8080, ::",
    })
    void aSocketOfTheConfiguredAddressIsUsed(String address, int port, String host) {
        assertThatCode(() -> InheritedSocket.check(new InetSocketAddress(address, port), host, PORTS))
                .doesNotThrowAnyException();
    }

    /** Without identities only a loopback address is allowed, which is a check of the configuration. */
    @ParameterizedTest
    @CsvSource({
        "0.0.0.0,   8080, 127.0.0.1",
        "127.0.0.1, 8081, 127.0.0.1",
        "127.0.0.1, 8080, 0.0.0.0",
        "127.0.0.1, 8080, no.such.name.invalid",
    })
    void anotherAddressIsRefused(String address, int port, String host) {
        assertThatIllegalStateException()
                .isThrownBy(() -> InheritedSocket.check(new InetSocketAddress(address, port), host, PORTS))
                .withMessageStartingWith("quarkus.http.host and quarkus.http.port are " + host + " and 8080, but ")
                .withMessageContaining(address.replace("::", "0") + " and " + port);
    }

    @Test
    void thereIsNothingToStopWithoutSuchASocket() {
        InheritedSocket.stopAccepting();
    }
}
