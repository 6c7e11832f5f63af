package io.xg2g.security;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A list token as it is stored: not the token itself, but its hash.
 *
 * @param id 16 hexadecimal digits; see {@link CredentialId}
 * @param name what its owner calls it
 * @param ownerId never reused: {@code token:} and the name of an API token, or {@code user:}, issuer, {@code #} and subject
 * @param owner the owner as the audit log writes it
 * @param expiresAt from when on it is not valid, or {@code null}
 * @param sha256 the hash of the whole token, in hexadecimal digits
 */
@RegisterForReflection
record ListToken(
        String id,
        String name,
        String ownerId,
        String owner,
        Instant createdAt,
        @Nullable Instant expiresAt,
        String sha256) {

    CredentialId credential() {
        return CredentialId.ofHex(id);
    }

    boolean isExpired(Instant now) {
        return expiresAt != null && !now.isBefore(expiresAt);
    }
}
