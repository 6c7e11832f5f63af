package io.xg2g.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.runtime.configuration.ConfigurationException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ApiTokensTest {
    private static final Instant NOW = Instant.parse("2026-05-01T12:00:00Z");
    private static final String TV = "xg2g_" + "t".repeat(32);
    private static final String CRON = "xg2g_" + "c".repeat(32);

    private Instant now = NOW;

    record Configured(String sha256, String role, Optional<String> expires) implements ApiTokensConfig.Token {}

    @Test
    void aTokenHasAnOwnerAndItsRoleAndLowerOnes() {
        ApiTokens tokens = tokens(Map.of("tv", token(TV, "viewer"), "cron", token(CRON, "operator")));

        assertThat(tokens.find(TV)).hasValueSatisfying(who -> {
            assertThat(who.getPrincipal().getName()).isEqualTo("token:tv");
            assertThat(who.getRoles()).containsExactly("viewer");
        });
        assertThat(tokens.find(CRON))
                .hasValueSatisfying(who -> assertThat(who.getRoles()).containsExactlyInAnyOrder("viewer", "operator"));
    }

    /** The comparison is constant-time: the first, a middle and the last token are found. */
    @Test
    void everyTokenIsFoundAtAnyPosition() {
        Map<String, ApiTokensConfig.Token> many = new LinkedHashMap<>();
        for (int i = 0; i < 50; i++) {
            many.put("t" + i, token(TV + i, "viewer"));
        }
        ApiTokens tokens = tokens(many);

        for (int i = 0; i < 50; i++) {
            String name = "token:t" + i;
            assertThat(tokens.find(TV + i))
                    .hasValueSatisfying(
                            who -> assertThat(who.getPrincipal().getName()).isEqualTo(name));
        }
    }

    @Test
    void anUnknownTokenHasNoIdentity() {
        ApiTokens tokens = tokens(Map.of("tv", token(TV, "viewer")));

        assertThat(tokens.find(CRON)).isEmpty();
        assertThat(tokens.find("")).isEmpty();
        assertThat(tokens.find(TV + " ")).isEmpty();
        assertThat(tokens.find(TV.substring(1))).isEmpty();
        assertThat(tokens.find(sha256(TV))).as("the hash is not the token").isEmpty();
    }

    @Test
    void aTokenIsValidUntilItExpires() {
        ApiTokens tokens =
                tokens(Map.of("tv", new Configured(sha256(TV), "viewer", Optional.of("2026-05-01T12:00:00Z"))));

        now = NOW.minusMillis(1);
        assertThat(tokens.find(TV)).isPresent();
        assertThat(tokens.isValid(CredentialId.ofApiToken("tv"))).isTrue();
        assertThat(tokens.mayOwn("token:tv")).isTrue();
        now = NOW;
        assertThat(tokens.find(TV)).isEmpty();
        assertThat(tokens.isValid(CredentialId.ofApiToken("tv"))).isFalse();
        assertThat(tokens.mayOwn("token:tv")).isFalse();
        assertThat(tokens.mayOwn("user:https://id.example.org#4711"))
                .as("of a provider's users nothing is known")
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "xg2g_secret, viewer, 2030-01-01T00:00:00Z, xg2g.security.tokens.tv.sha256 is malformed; allowed is 64 hexadecimal digits",
        "'', viewer, 2030-01-01T00:00:00Z, xg2g.security.tokens.tv.sha256 is malformed; allowed is 64 hexadecimal digits",
        "HASH, root, 2030-01-01T00:00:00Z, 'xg2g.security.tokens.tv.role is root; allowed is viewer, operator or admin'",
        "HASH, viewer, tomorrow, xg2g.security.tokens.tv.expires is tomorrow; allowed is a time such as 2030-01-31T00:00:00Z"
    })
    void invalidConfigurationFailsTheStart(String hash, String role, String expires, String message) {
        String sha256 = hash.equals("HASH") ? sha256(TV) : hash;

        assertThatThrownBy(() -> tokens(Map.of("tv", new Configured(sha256, role, Optional.of(expires)))))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage(message);
    }

    static Configured token(String token, String role) {
        return new Configured(sha256(token), role, Optional.empty());
    }

    private ApiTokens tokens(Map<String, ? extends ApiTokensConfig.Token> configured) {
        return new ApiTokens(SecuritySettingsTest.nothing(), () -> Map.copyOf(configured), () -> now);
    }

    static String sha256(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
