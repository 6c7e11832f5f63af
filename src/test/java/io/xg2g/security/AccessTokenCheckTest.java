package io.xg2g.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.security.TokenRefusal.Reason;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.consumer.JwtContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which tokens signed by a provider are access tokens. */
class AccessTokenCheckTest {

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"JWT", "jwt", "at+jwt", "AT+JWT", "application/at+jwt", "application/JWT"})
    void theTypesOfRfc7519AndRfc9068AreAccepted(@Nullable String type) {
        assertThat(AccessTokenCheck.refusal(token(type, Map.of()))).isEmpty();
    }

    static List<Map<String, Object>> accessTokensAsProvidersMakeThem() {
        return List.of(
                // Keycloak 26
                Map.of("typ", "Bearer", "azp", "player", "scope", "openid profile", "sid", "1", "acr", "1"),
                // Microsoft Entra ID, v2.0
                Map.of("ver", "2.0", "azp", "1", "scp", "tv.watch", "tid", "2", "oid", "3", "uti", "4", "aio", "5"),
                // Auth0
                Map.of("azp", "1", "scope", "openid", "gty", "client-credentials", "permissions", List.of("viewer")),
                // Amazon Cognito
                Map.of("token_use", "access", "client_id", "1", "version", 2));
    }

    @ParameterizedTest
    @MethodSource
    void accessTokensAsProvidersMakeThem(Map<String, Object> claims) {
        assertThat(AccessTokenCheck.refusal(token("JWT", claims))).isEmpty();
    }

    static List<Arguments> otherTokens() {
        return List.of(
                Arguments.of("JWT", Map.of("cnf", Map.of("jkt", "x")), Reason.SENDER_CONSTRAINED, "cnf"),
                Arguments.of("JWT", Map.of("cnf", Map.of("x5t#S256", "x")), Reason.SENDER_CONSTRAINED, "cnf"),
                Arguments.of("JWT", Map.of("nonce", "n"), Reason.NOT_AN_ACCESS_TOKEN, "nonce"),
                Arguments.of("JWT", Map.of("events", Map.of("x", Map.of())), Reason.NOT_AN_ACCESS_TOKEN, "events"),
                Arguments.of("JWT", Map.of("typ", "ID"), Reason.NOT_AN_ACCESS_TOKEN, "typ"),
                Arguments.of("JWT", Map.of("typ", "Refresh"), Reason.NOT_AN_ACCESS_TOKEN, "typ"),
                Arguments.of("JWT", Map.of("typ", "Offline"), Reason.NOT_AN_ACCESS_TOKEN, "typ"),
                Arguments.of("JWT", Map.of("typ", "Logout"), Reason.NOT_AN_ACCESS_TOKEN, "typ"),
                Arguments.of("JWT", Map.of("token_use", "id"), Reason.NOT_AN_ACCESS_TOKEN, "token_use"),
                Arguments.of("logout+jwt", Map.of(), Reason.NOT_AN_ACCESS_TOKEN, "header typ"),
                Arguments.of("dpop+jwt", Map.of(), Reason.NOT_AN_ACCESS_TOKEN, "header typ"),
                Arguments.of("secevent+jwt", Map.of(), Reason.NOT_AN_ACCESS_TOKEN, "header typ"));
    }

    @ParameterizedTest
    @MethodSource
    void otherTokens(String type, Map<String, Object> claims, Reason reason, String claim) {
        Optional<TokenRefusal> refusal = AccessTokenCheck.refusal(token(type, claims));

        assertThat(refusal).hasValueSatisfying(why -> {
            assertThat(why.reason()).isEqualTo(reason);
            assertThat(why.claim()).isEqualTo(claim);
        });
    }

    private static JwtContext token(@Nullable String type, Map<String, Object> claims) {
        JsonWebSignature signature = new JsonWebSignature();
        if (type != null) {
            signature.setHeader("typ", type);
        }
        JwtClaims all = new JwtClaims();
        claims.forEach(all::setClaim);
        return new JwtContext(all, List.of(signature));
    }
}
