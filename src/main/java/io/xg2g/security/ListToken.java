package io.xg2g.security;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A list token as it is stored: the hash of the token, not the token itself.
 *
 * @param id 16 hexadecimal digits; see {@link CredentialId}
 * @param name chosen by its owner
 * @param ownerId never reused: {@code token:} and the name of an API token, or {@code user:}, issuer, {@code #} and
 *     subject
 * @param owner name of the owner in the audit log
 * @param expiresAt time from which it is no longer valid, or {@code null}
 * @param sha256 hash of the whole token, in hexadecimal digits
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
