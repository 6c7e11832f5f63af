package io.xg2g.security;

import io.quarkus.security.identity.SecurityIdentity;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Identifies the API token or list token that a request was authenticated with. Playback tokens carry it, so that they end
 * with it. It is not secret, and gives no access.
 *
 * @param value {@code 0} for {@link #NONE}
 */
record CredentialId(long value) {
    /** Of users of a provider, and where no identities are configured: nothing that can be revoked here. */
    static final CredentialId NONE = new CredentialId(0);

    /** The attribute of an identity that holds it. */
    static final String ATTRIBUTE = CredentialId.class.getName();

    /** Derives the one of an API token from its configured name: the first 8 bytes of the name's SHA-256. */
    static CredentialId ofApiToken(String name) {
        return new CredentialId(ByteBuffer.wrap(Sha256.of(name)).getLong());
    }

    /** Draws one for a list token. */
    static CredentialId random(SecureRandom random) {
        return new CredentialId(random.nextLong());
    }

    /** Returns the one of an identity. */
    static CredentialId of(SecurityIdentity identity) {
        @Nullable CredentialId credential = identity.getAttribute(ATTRIBUTE);
        return credential == null ? NONE : credential;
    }

    /** Reads what {@link #hex} wrote. */
    static CredentialId ofHex(String hex) {
        return new CredentialId(HexFormat.fromHexDigitsToLong(hex));
    }

    /** Returns it as 16 hexadecimal digits. */
    String hex() {
        return HexFormat.of().toHexDigits(value);
    }
}
