package io.xg2g.security;

import io.quarkus.security.identity.SecurityIdentity;
import io.xg2g.config.ConfigBounds;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/** An API token as it is configured: the hash of the token, its identity, and its expiry. Immutable. */
final class ApiToken {
    private static final Pattern HASH = Pattern.compile("\\p{XDigit}{64}");

    /** Prefix of the name of an API token, which distinguishes it from a user of a provider. */
    static final String OWNER_PREFIX = "token:";

    private final byte[] hash;
    private final CredentialId credential;
    private final SecurityIdentity identity;
    private final Instant expires;

    private ApiToken(byte[] hash, CredentialId credential, SecurityIdentity identity, Instant expires) {
        this.hash = hash;
        this.credential = credential;
        this.identity = identity;
        this.expires = expires;
    }

    /**
     * Validates a configured token.
     *
     * @param key configuration key of the token
     * @throws io.quarkus.runtime.configuration.ConfigurationException if a value is malformed
     */
    static ApiToken of(String key, String name, ApiTokensConfig.Token configured) {
        if (!HASH.matcher(configured.sha256()).matches()) {
            // Not shown, since it may be the token itself.
            throw ConfigBounds.outside(key + ".sha256", "malformed", "64 hexadecimal digits");
        }
        Role role = Role.find(configured.role())
                .orElseThrow(() -> ConfigBounds.outside(key + ".role", configured.role(), "viewer, operator or admin"));
        CredentialId credential = CredentialId.ofApiToken(name);
        return new ApiToken(
                HexFormat.of().parseHex(configured.sha256()),
                credential,
                role.identity(OWNER_PREFIX + name, credential),
                expires(key + ".expires", configured.expires()));
    }

    byte[] hash() {
        return hash;
    }

    CredentialId credential() {
        return credential;
    }

    SecurityIdentity identity() {
        return identity;
    }

    boolean isValidAt(Instant time) {
        return time.isBefore(expires);
    }

    private static Instant expires(String key, Optional<String> time) {
        try {
            return time.map(Instant::parse).orElse(Instant.MAX);
        } catch (DateTimeParseException _) {
            throw ConfigBounds.outside(key, time.orElseThrow(), "a time such as 2030-01-31T00:00:00Z");
        }
    }
}
