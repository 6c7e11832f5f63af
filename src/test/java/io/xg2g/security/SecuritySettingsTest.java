package io.xg2g.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.runtime.configuration.ConfigurationException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecuritySettingsTest {
    private static final String ISSUER = "https://id.example.org/realms/tv";

    record Configured(boolean anonymous, Optional<Path> tokenFile, Oidc oidc) implements SecurityConfig {}

    record Provider(Optional<String> issuer, Optional<List<String>> audience, Optional<String> rolesClaim)
            implements SecurityConfig.Oidc {}

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.8.9.10", "::1", "localhost"})
    void withoutIdentitiesLoopbackClientsHaveAllRights(String loopback) {
        assertThat(settings(nothing(), loopback).identitiesKnown()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "::", "192.0.2.1", "2001:db8::1"})
    void withoutIdentitiesAnotherAddressFailsTheStart(String host) {
        assertThatThrownBy(() -> settings(nothing(), host))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("quarkus.http.host is " + host + ", but no identities are configured");
    }

    @Test
    void withoutIdentitiesAnonymousAccessHasToBeConfigured() {
        assertThat(settings(configured(true, Optional.empty(), Optional.empty()), "0.0.0.0")
                        .identitiesKnown())
                .isFalse();
    }

    @Test
    void identitiesAndAnonymousAccessAreExclusive() {
        assertThatThrownBy(() ->
                        settings(configured(true, Optional.of(ISSUER), Optional.of(List.of("xg2g"))), "127.0.0.1"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("xg2g.security.anonymous is true, but identities are configured; allowed is one of both");
    }

    @Test
    void anIssuerNeedsAnAudience() {
        assertThatThrownBy(() -> settings(configured(false, Optional.of(ISSUER), Optional.empty()), "0.0.0.0"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("xg2g.security.oidc.audience is missing");
    }

    @Test
    void withIdentitiesEveryAddressIsAllowedAndRequestsNeedCredentials() {
        SecurityConfig provider = configured(false, Optional.of(ISSUER), Optional.of(List.of("xg2g")));
        ApiTokensConfig tokens = () -> Map.of("tv", ApiTokensTest.token("xg2g_x", "viewer"));

        assertThat(settings(provider, "0.0.0.0").identitiesKnown()).isTrue();
        assertThat(new SecuritySettings(nothing(), tokens, "0.0.0.0").identitiesKnown())
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"nonsense", "ftp://id.example.org", "https://", "/realms/tv"})
    void anIssuerThatIsNoHttpUrlIsReported(String issuer) {
        assertThatThrownBy(() ->
                        settings(configured(false, Optional.of(issuer), Optional.of(List.of("xg2g"))), "127.0.0.1"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("xg2g.security.oidc.issuer is " + issuer + "; allowed is an http or https URL");
    }

    static SecurityConfig nothing() {
        return configured(false, Optional.empty(), Optional.empty());
    }

    private static SecurityConfig configured(
            boolean anonymous, Optional<String> issuer, Optional<List<String>> audience) {
        return new Configured(anonymous, Optional.empty(), new Provider(issuer, audience, Optional.empty()));
    }

    private static SecuritySettings settings(SecurityConfig config, String host) {
        return new SecuritySettings(config, Map::of, host);
    }
}
