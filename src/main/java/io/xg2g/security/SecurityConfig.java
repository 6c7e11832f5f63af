package io.xg2g.security;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Access to the service. Without an issuer and without API tokens it listens on loopback only. */
@ConfigMapping(prefix = "xg2g.security")
public interface SecurityConfig {

    /**
     * Whether every client has all rights. Otherwise, a service without configured identities refuses to start on an
     * address other than loopback.
     */
    @WithDefault("false")
    boolean anonymous();

    /**
     * File with further API tokens: Java properties {@code <name>.sha256}, {@code <name>.role} and
     * {@code <name>.expires}, as under {@code xg2g.security.tokens}. Changes are read while the service runs.
     */
    Optional<Path> tokenFile();

    /** OpenID Connect. */
    Oidc oidc();

    /** Bearer tokens of an OpenID Connect provider. Further settings are those of {@code quarkus.oidc}. */
    interface Oidc {
        /** Issuer: an {@code https} URL at which the provider publishes its metadata, and which its tokens contain. */
        Optional<String> issuer();

        /** Accepted audiences, of which a token has to have one; required with an issuer. */
        Optional<List<String>> audience();

        /**
         * Path of the claim with the roles {@code viewer}, {@code operator} and {@code admin}, for instance
         * {@code realm_access/roles}; by default {@code groups}, or the claims of Keycloak.
         */
        Optional<String> rolesClaim();
    }
}
