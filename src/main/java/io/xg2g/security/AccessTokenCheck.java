package io.xg2g.security;

import io.quarkus.arc.Unremovable;
import jakarta.inject.Singleton;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.consumer.JwtContext;
import org.jose4j.jwt.consumer.Validator;
import org.jose4j.jwx.JsonWebStructure;
import org.jspecify.annotations.Nullable;

/**
 * Validator that accepts only access tokens of the identity provider, in addition to the checks of signature, issuer,
 * audience and time. It rejects
 *
 * <ul>
 *   <li>sender-constrained tokens ({@code cnf}, RFC 7800; DPoP, RFC 9449; mutual TLS, RFC 8705): the possession of the key is not
 *       verified here, so that a stolen token would be accepted;
 *   <li>ID tokens ({@code nonce}, OpenID Connect Core 1.0, section 2);
 *   <li>logout tokens and other security events ({@code events}, RFC 8417);
 *   <li>JWTs whose header has another {@code typ} than those of RFC 7519 and RFC 9068, and those whose claims mark them as other
 *       tokens in Keycloak ({@code typ}) or Cognito ({@code token_use}).
 * </ul>
 */
@Singleton
@Unremovable
class AccessTokenCheck implements Validator {
    private static final String MEDIA_TYPE = "application/";

    /** RFC 7519, section 5.1; RFC 9068, section 2.1. The parameter is optional, and many providers omit it. */
    private static final Set<String> HEADER_TYPES = Set.of("jwt", "at+jwt");

    /** Keycloak's types of tokens that are no access tokens. */
    private static final Set<String> CLAIM_TYPES = Set.of("id", "refresh", "offline", "logout");

    @Override
    public @Nullable String validate(JwtContext token) {
        return refusal(token)
                .map(refusal -> refusal.claim() + " is not allowed in an access token")
                .orElse(null);
    }

    /** Returns the reason why a token with a valid signature is rejected; empty if it is accepted. */
    static Optional<TokenRefusal> refusal(JwtContext token) {
        @Nullable JwtClaims claims = token.getJwtClaims();
        if (claims == null) {
            // Malformed, and rejected before.
            return Optional.empty();
        }
        if (claims.hasClaim("cnf")) {
            return Optional.of(new TokenRefusal(
                    TokenRefusal.Reason.SENDER_CONSTRAINED, "cnf", "present", "a bearer token, without cnf"));
        }
        for (String foreign : new String[] {"nonce", "events"}) {
            if (claims.hasClaim(foreign)) {
                return Optional.of(notAnAccessToken(foreign, "present", "an access token, without " + foreign));
            }
        }
        return headerType(token)
                .or(() -> claimType(claims, "typ", CLAIM_TYPES, "Bearer"))
                .or(() -> claimType(claims, "token_use", Set.of("id"), "access"));
    }

    private static Optional<TokenRefusal> headerType(JwtContext token) {
        for (JsonWebStructure part : token.getJoseObjects()) {
            @Nullable String type = part.getHeader("typ");
            if (type != null && !HEADER_TYPES.contains(lower(type).replaceFirst("^" + MEDIA_TYPE, ""))) {
                return Optional.of(notAnAccessToken("header typ", type, "JWT, at+jwt or none"));
            }
        }
        return Optional.empty();
    }

    private static Optional<TokenRefusal> claimType(
            JwtClaims claims, String name, Set<String> foreign, String expected) {
        return claims.getClaimValue(name) instanceof String type && foreign.contains(lower(type))
                ? Optional.of(notAnAccessToken(name, type, expected))
                : Optional.empty();
    }

    private static TokenRefusal notAnAccessToken(String claim, String value, String expected) {
        return new TokenRefusal(TokenRefusal.Reason.NOT_AN_ACCESS_TOKEN, claim, value, expected);
    }

    private static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }
}
