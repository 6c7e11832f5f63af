package io.xg2g.security;

import io.quarkus.security.identity.SecurityIdentity;
import io.xg2g.storage.Sha256;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Id of the API token or list token that authenticated a request. Playback tokens contain it, so that they are revoked
 * with it. It is not secret, and gives no access.
 *
 * @param value {@code 0} for {@link #NONE}
 */
record CredentialId(long value) {
    /** Id for users of a provider, and if no identities are configured: nothing can be revoked here. */
    static final CredentialId NONE = new CredentialId(0);

    /** Attribute of an identity that contains its id. */
    static final String ATTRIBUTE = CredentialId.class.getName();

    /** Derives the id of an API token from its configured name: the first 8 bytes of its SHA-256. */
    static CredentialId ofApiToken(String name) {
        return new CredentialId(ByteBuffer.wrap(Sha256.of(name)).getLong());
    }

    /** Generates an id for a list token. */
    static CredentialId random(SecureRandom random) {
        return new CredentialId(random.nextLong());
    }

    /** Returns the id of an identity. */
    static CredentialId of(SecurityIdentity identity) {
        @Nullable CredentialId credential = identity.getAttribute(ATTRIBUTE);
        return credential == null ? NONE : credential;
    }

    /** Returns 16 hexadecimal digits. */
    static CredentialId ofHex(String hex) {
        return new CredentialId(HexFormat.fromHexDigitsToLong(hex));
    }

    /** Returns it as 16 hexadecimal digits. */
    String hex() {
        return HexFormat.of().toHexDigits(value);
    }
}
