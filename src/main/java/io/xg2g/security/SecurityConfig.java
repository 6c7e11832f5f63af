package io.xg2g.security;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Who may use the service. Without an issuer and without API tokens it listens on loopback only. */
@ConfigMapping(prefix = "xg2g.security")
public interface SecurityConfig {

    /**
     * Whether everybody who reaches the service may do everything. Without it, a service that knows no identities does not
     * start on an address other than loopback.
     */
    @WithDefault("false")
    boolean anonymous();

    /**
     * A file with further API tokens: Java properties {@code <name>.sha256}, {@code <name>.role} and
     * {@code <name>.expires}, as under {@code xg2g.security.tokens}. It is read again when it changes.
     */
    Optional<Path> tokenFile();

    /** OpenID Connect. */
    Oidc oidc();

    /** Bearer tokens of an OpenID Connect provider. Further settings are those of {@code quarkus.oidc}. */
    interface Oidc {
        /** The issuer: an {@code https} URL under which the provider describes itself, and which its tokens name. */
        Optional<String> issuer();

        /** Names of this service, of which a token's audience has to have one; obligatory where there is an issuer. */
        Optional<List<String>> audience();

        /**
         * The path of the claim with the roles {@code viewer}, {@code operator} and {@code admin}, for instance
         * {@code realm_access/roles}; where it is left out, {@code groups}, or Keycloak's claims.
         */
        Optional<String> rolesClaim();
    }
}
