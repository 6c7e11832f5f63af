package io.xg2g.security;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.MalformedClaimException;
import org.jose4j.jwt.NumericDate;
import org.jose4j.jwt.consumer.ErrorCodes;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.jwx.JsonWebStructure;
import org.jose4j.lang.JoseException;
import org.jose4j.lang.UnresolvableKeyException;
import org.jspecify.annotations.Nullable;

/**
 * Reason for the rejection of a bearer token of the identity provider: the claim that differs from the expected value.
 * Claims are only included of tokens that the provider has signed; the token itself never is.
 *
 * @param reason category
 * @param claim claim or header parameter (RFC 7519, RFC 7515)
 * @param value value in the token; {@code null} if it is missing
 * @param expected required value
 */
record TokenRefusal(Reason reason, String claim, @Nullable String value, String expected) {

    enum Reason {
        ISSUER,
        AUDIENCE,
        EXPIRED,
        NOT_YET_VALID,
        ALGORITHM,
        UNKNOWN_KEY,
        SIGNATURE,
        ROLES,
        SENDER_CONSTRAINED,
        NOT_AN_ACCESS_TOKEN,
        OTHER;

        /**
         * Returns whether it occurs in normal operation, as an expired token does. Other reasons indicate a
         * misconfiguration or an attack.
         */
        boolean isRoutine() {
            return this == EXPIRED;
        }
    }

    private static final String ALGORITHMS = "RS256, RS384, RS512, ES256, ES384, ES512, PS256, PS384, PS512 or EdDSA";

    /**
     * Analyzes a failed authentication.
     *
     * @param issuer configured issuer
     * @param audience configured audiences, of which a token has to have one
     * @return empty if no token was verified: none was sent, or the provider was unavailable
     */
    static Optional<TokenRefusal> of(Throwable failure, String issuer, List<String> audience, Instant now) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof InvalidJwtException invalid) {
                return Optional.of(of(invalid, issuer, audience, now));
            }
        }
        return Optional.empty();
    }

    private static TokenRefusal of(InvalidJwtException invalid, String issuer, List<String> audience, Instant now) {
        @Nullable
        JwtClaims claims =
                invalid.getJwtContext() == null ? null : invalid.getJwtContext().getJwtClaims();
        if (has(invalid, ErrorCodes.ISSUER_MISSING, ErrorCodes.ISSUER_INVALID)) {
            return new TokenRefusal(Reason.ISSUER, "iss", text(claims, "iss"), issuer);
        }
        if (has(invalid, ErrorCodes.AUDIENCE_MISSING, ErrorCodes.AUDIENCE_INVALID)) {
            return new TokenRefusal(Reason.AUDIENCE, "aud", text(claims, "aud"), String.join(" or ", audience));
        }
        if (has(invalid, ErrorCodes.EXPIRED, ErrorCodes.EXPIRATION_MISSING)) {
            return new TokenRefusal(Reason.EXPIRED, "exp", time(claims, "exp"), "a time after " + now);
        }
        if (has(invalid, ErrorCodes.NOT_YET_VALID)) {
            return new TokenRefusal(Reason.NOT_YET_VALID, "nbf", time(claims, "nbf"), "a time before " + now);
        }
        return kind(invalid).orElseGet(() -> ofTheHeader(invalid));
    }

    /** Returns the finding of {@link AccessTokenCheck}, for tokens with a valid signature only. */
    private static Optional<TokenRefusal> kind(InvalidJwtException invalid) {
        return has(invalid, ErrorCodes.MISCELLANEOUS)
                ? AccessTokenCheck.refusal(invalid.getJwtContext())
                : Optional.empty();
    }

    private static TokenRefusal ofTheHeader(InvalidJwtException invalid) {
        @Nullable JsonWebStructure token = parsed(invalid);
        if (token == null) {
            return new TokenRefusal(Reason.OTHER, "token", "malformed", "a signed JWT");
        }
        if (!isSigned(token)) {
            return new TokenRefusal(Reason.ALGORITHM, "alg", token.getAlgorithmHeaderValue(), ALGORITHMS);
        }
        if (invalid.getCause() instanceof UnresolvableKeyException) {
            return new TokenRefusal(
                    Reason.UNKNOWN_KEY,
                    "kid",
                    token.getKeyIdHeaderValue(),
                    "the id of a key that the issuer publishes");
        }
        if (has(invalid, ErrorCodes.SIGNATURE_INVALID, ErrorCodes.SIGNATURE_MISSING)) {
            return new TokenRefusal(Reason.SIGNATURE, "signature", "invalid", "one made with the key of its kid");
        }
        return new TokenRefusal(
                Reason.OTHER,
                "token",
                "error codes "
                        + invalid.getErrorDetails().stream()
                                .map(error -> Integer.toString(error.getErrorCode()))
                                .toList(),
                "a JWT that meets quarkus.oidc.token");
    }

    /** Returns whether the token has an asymmetric signature: neither none nor one with a shared secret. */
    private static boolean isSigned(JsonWebStructure token) {
        @Nullable String algorithm = token.getAlgorithmHeaderValue();
        return algorithm != null && algorithm.matches("(?:RS|ES|PS)\\d{3}|EdDSA");
    }

    private static @Nullable JsonWebStructure parsed(InvalidJwtException invalid) {
        try {
            return invalid.getJwtContext() == null
                    ? null
                    : JsonWebStructure.fromCompactSerialization(
                            invalid.getJwtContext().getJwt());
        } catch (JoseException malformed) {
            return null;
        }
    }

    private static boolean has(InvalidJwtException invalid, int... codes) {
        for (int code : codes) {
            if (invalid.hasErrorCode(code)) {
                return true;
            }
        }
        return false;
    }

    private static @Nullable String text(@Nullable JwtClaims claims, String name) {
        @Nullable Object value = claims == null ? null : claims.getClaimValue(name);
        return value == null ? null : value.toString();
    }

    private static @Nullable String time(@Nullable JwtClaims claims, String name) {
        try {
            @Nullable NumericDate value = claims == null ? null : claims.getNumericDateClaimValue(name);
            return value == null
                    ? null
                    : Instant.ofEpochMilli(value.getValueInMillis()).toString();
        } catch (MalformedClaimException malformed) {
            return text(claims, name);
        }
    }
}
