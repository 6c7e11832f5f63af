package io.xg2g.security;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostHeaderFilterTest {
    private static final String CONFIGURED = "box";

    @ParameterizedTest
    @ValueSource(
            strings = {"localhost", "LOCALHOST", "xg2g.localhost", "127.0.0.1", "127.8.9.1", "[::1]", "::1", "Box"})
    void namesOfThisMachineAreAccepted(String host) {
        assertThat(HostHeaderFilter.isOwn(host, CONFIGURED)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"localhost., localhost", "box., box", "localhost, localhost", "localhost.., localhost.", "., ''"})
    void aTrailingDotIsAccepted(String host, String name) {
        assertThat(HostHeaderFilter.relative(host)).isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost.",
                "evil.example",
                "127.0.0.1.evil.example",
                "localhost.evil.example",
                "10.0.0.1",
                "0.0.0.0",
                "",
                "[::2]"
            })
    void otherNamesAreRefused(String host) {
        assertThat(HostHeaderFilter.isOwn(host, CONFIGURED)).isFalse();
    }
}
