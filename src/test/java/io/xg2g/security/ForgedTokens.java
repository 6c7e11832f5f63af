package io.xg2g.security;

import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Forged variants of a valid token (RFC 7515). */
final class ForgedTokens {
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    private final String header;
    private final String claims;
    private final String signature;

    ForgedTokens(String good) {
        String[] parts = good.split("\\.");
        this.header = parts[0];
        this.claims = parts[1];
        this.signature = parts[2];
    }

    /** Changed roles with the original signature. */
    String withRoleAdmin() {
        return header + '.' + encoded(admin()) + '.' + signature;
    }

    String withSignatureChanged() {
        char first = signature.charAt(0) == 'A' ? 'B' : 'A';
        return header + '.' + claims + '.' + first + signature.substring(1);
    }

    String withoutSignature() {
        return header + '.' + claims + '.';
    }

    /** RFC 7515, appendix A.5. */
    String unsigned() {
        return encoded(new JsonObject().put("alg", "none").put("typ", "JWT")) + '.' + encoded(admin()) + '.';
    }

    /** Signed with another key under the provider's key id, or under another id. */
    String signedByAnotherKey(boolean underItsId) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            KeyPair pair = generator.generateKeyPair();
            JsonObject named = decoded(header);
            String content = encoded(underItsId ? named : named.put("kid", "somebody-elses")) + '.' + encoded(admin());
            Signature rsa = Signature.getInstance("SHA256withRSA");
            rsa.initSign(pair.getPrivate());
            rsa.update(content.getBytes(StandardCharsets.US_ASCII));
            return content + '.' + BASE64.encodeToString(rsa.sign());
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    /** HMAC with the provider's public key as the secret. */
    String signedWithThePublicKey(String publicKey) {
        try {
            String content = encoded(decoded(header).put("alg", "HS256")) + '.' + encoded(admin());
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(publicKey.getBytes(StandardCharsets.US_ASCII), "HmacSHA256"));
            return content + '.' + BASE64.encodeToString(mac.doFinal(content.getBytes(StandardCharsets.US_ASCII)));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private JsonObject admin() {
        JsonObject changed = decoded(claims);
        changed.getJsonObject("realm_access").getJsonArray("roles").add("admin");
        return changed;
    }

    private static JsonObject decoded(String part) {
        return new JsonObject(new String(Base64.getUrlDecoder().decode(part), StandardCharsets.UTF_8));
    }

    private static String encoded(JsonObject part) {
        return BASE64.encodeToString(part.encode().getBytes(StandardCharsets.UTF_8));
    }
}
