package io.xg2g.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.quarkus.security.AuthenticationFailedException;
import io.xg2g.security.TokenRefusal.Reason;
import java.security.Key;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwa.AlgorithmConstraints.ConstraintType;
import org.jose4j.jwk.RsaJsonWebKey;
import org.jose4j.jwk.RsaJwkGenerator;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.jose4j.keys.HmacKey;
import org.jose4j.keys.resolvers.JwksVerificationKeyResolver;
import org.jose4j.lang.JoseException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class TokenRefusalTest {
    private static final String ISSUER = "https://id.example.org/realms/tv";
    private static final Instant NOW = Instant.parse("2030-01-01T00:00:00Z");

    private static RsaJsonWebKey known;
    private static RsaJsonWebKey other;

    private long nanos = Long.MAX_VALUE - 5;

    @BeforeAll
    static void keys() throws JoseException {
        known = RsaJwkGenerator.generateJwk(2048);
        known.setKeyId("known");
        other = RsaJwkGenerator.generateJwk(2048);
        other.setKeyId("other");
    }

    @Test
    void anotherIssuerIsLoggedWithTheConfiguredOne() {
        assertThat(refused(claims -> claims.setIssuer("http://id/realms/tv")))
                .isEqualTo(new TokenRefusal(Reason.ISSUER, "iss", "http://id/realms/tv", ISSUER));
    }

    @Test
    void theDefaultAudienceOfKeycloakIsLoggedWithTheConfiguredOnes() {
        assertThat(refused(claims -> claims.setAudience("account")))
                .isEqualTo(new TokenRefusal(Reason.AUDIENCE, "aud", "account", "xg2g or tv"));
        assertThat(refused(claims -> claims.unsetClaim("aud")))
                .isEqualTo(new TokenRefusal(Reason.AUDIENCE, "aud", null, "xg2g or tv"));
    }

    @Test
    void aTokenOfAnotherTimeIsLoggedWithTheLocalTime() {
        assertThat(refused(claims -> claims.setExpirationTime(at(Duration.ofHours(-1)))))
                .isEqualTo(new TokenRefusal(
                        Reason.EXPIRED, "exp", "2029-12-31T23:00:00Z", "a time after 2030-01-01T00:00:00Z"));
        assertThat(refused(claims -> {
                    claims.setNotBefore(at(Duration.ofMinutes(10)));
                    claims.setExpirationTime(at(Duration.ofMinutes(20)));
                }))
                .isEqualTo(new TokenRefusal(
                        Reason.NOT_YET_VALID, "nbf", "2030-01-01T00:10:00Z", "a time before 2030-01-01T00:00:00Z"));
    }

    @Test
    void anIdTokenIsLoggedOnlyIfTheProviderHasSignedIt() {
        assertThat(refused(claims -> claims.setStringClaim("nonce", "secret")))
                .isEqualTo(new TokenRefusal(
                        Reason.NOT_AN_ACCESS_TOKEN, "nonce", "present", "an access token, without nonce"));
        assertThat(refused(signed(
                                claims -> claims.setStringClaim("nonce", "n"), "RS256", other.getPrivateKey(), "known"))
                        .reason())
                .isEqualTo(Reason.SIGNATURE);
    }

    @Test
    void anUnknownKeyIsLogged() {
        assertThat(refused(signed(claims -> {}, "RS256", other.getPrivateKey(), "other")))
                .extracting(TokenRefusal::reason, TokenRefusal::claim, TokenRefusal::value)
                .containsExactly(Reason.UNKNOWN_KEY, "kid", "other");
    }

    @Test
    void anUnsafeAlgorithmIsLogged() {
        Key secret = new HmacKey(new byte[32]);
        assertThat(refused(signed(claims -> {}, "HS256", secret, "known")))
                .extracting(TokenRefusal::reason, TokenRefusal::claim, TokenRefusal::value)
                .containsExactly(Reason.ALGORITHM, "alg", "HS256");
        assertThat(refused("eyJhbGciOiJub25lIn0.e30."))
                .extracting(TokenRefusal::reason, TokenRefusal::claim, TokenRefusal::value)
                .containsExactly(Reason.ALGORITHM, "alg", "none");
    }

    @Test
    void aForgedSignatureIsLoggedWithoutClaims() {
        TokenRefusal refusal =
                refused(signed(claims -> claims.setIssuer("forged"), "RS256", other.getPrivateKey(), "known"));

        assertThat(refusal.reason()).isEqualTo(Reason.SIGNATURE);
        assertThat(refusal.toString()).doesNotContain("forged");
    }

    @Test
    void aMalformedTokenIsNotLogged() {
        assertThat(refused("secret.secret.secret").toString()).doesNotContain("secret");
        assertThat(TokenRefusal.of(new AuthenticationFailedException(), ISSUER, List.of(), NOW))
                .isEmpty();
    }

    @Test
    void aReasonIsLoggedOncePerIntervalWithTheSuppressedCount() {
        TokenRefusalLog log = new TokenRefusalLog(oidc(), () -> nanos);
        TokenRefusal audience = new TokenRefusal(Reason.AUDIENCE, "aud", "account", "xg2g");

        assertThat(log.line(audience))
                .hasValueSatisfying(line -> assertThat(line)
                        .startsWith("bearer token refused: claim=aud value=account expected=xg2g left-out=0"));
        assertThat(log.line(audience)).isEmpty();
        assertThat(log.line(new TokenRefusal(Reason.ISSUER, "iss", null, ISSUER)))
                .hasValueSatisfying(line -> assertThat(line).contains("claim=iss value=- expected=" + ISSUER));
        nanos += TokenRefusalLog.INTERVAL.toNanos();
        assertThat(log.line(audience))
                .hasValueSatisfying(line -> assertThat(line).contains("left-out=1"));
    }

    @Test
    void aValueCannotEndItsLine() {
        TokenRefusalLog log = new TokenRefusalLog(oidc(), () -> nanos);

        assertThat(log.line(new TokenRefusal(Reason.UNKNOWN_KEY, "kid", "a\nb=\"c", "x")))
                .hasValueSatisfying(line -> assertThat(line).contains("value=\"a\\u000ab=\\\"c\""));
    }

    private static TokenRefusal refused(Consumer<JwtClaims> change) {
        return refused(signed(change, "RS256", known.getPrivateKey(), "known"));
    }

    /** Verified as by the extension. */
    private static TokenRefusal refused(String token) {
        InvalidJwtException invalid = catchThrowableOfType(
                InvalidJwtException.class,
                () -> new JwtConsumerBuilder()
                        .setVerificationKeyResolver(new JwksVerificationKeyResolver(List.of(known)))
                        .setJwsAlgorithmConstraints(new AlgorithmConstraints(ConstraintType.PERMIT, "RS256", "ES256"))
                        .setRequireExpirationTime()
                        .setRequireIssuedAt()
                        .setExpectedIssuer(ISSUER)
                        .setExpectedAudience("xg2g", "tv")
                        .registerValidator(new AccessTokenCheck())
                        .setEvaluationTime(at(Duration.ZERO))
                        .build()
                        .processToClaims(token));
        assertThat(invalid).isNotNull();
        return TokenRefusal.of(new AuthenticationFailedException(invalid), ISSUER, List.of("xg2g", "tv"), NOW)
                .orElseThrow();
    }

    private static String signed(Consumer<JwtClaims> change, String algorithm, Key key, String kid) {
        JwtClaims claims = new JwtClaims();
        claims.setIssuer(ISSUER);
        claims.setAudience("xg2g");
        claims.setIssuedAt(at(Duration.ofMinutes(-1)));
        claims.setExpirationTime(at(Duration.ofMinutes(1)));
        change.accept(claims);
        JsonWebSignature signature = new JsonWebSignature();
        signature.setPayload(claims.toJson());
        signature.setAlgorithmHeaderValue(algorithm);
        signature.setKeyIdHeaderValue(kid);
        signature.setKey(key);
        try {
            return signature.getCompactSerialization();
        } catch (JoseException e) {
            throw new AssertionError(e);
        }
    }

    private static NumericDate at(Duration fromNow) {
        return NumericDate.fromSeconds(NOW.plus(fromNow).getEpochSecond());
    }

    private static SecurityConfig.Oidc oidc() {
        return new SecurityConfig.Oidc() {
            @Override
            public Optional<String> issuer() {
                return Optional.of(ISSUER);
            }

            @Override
            public Optional<List<String>> audience() {
                return Optional.of(List.of("xg2g"));
            }

            @Override
            public Optional<String> rolesClaim() {
                return Optional.empty();
            }
        };
    }
}
