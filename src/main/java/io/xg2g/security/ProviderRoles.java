package io.xg2g.security;

import io.quarkus.security.identity.AuthenticationRequestContext;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.identity.SecurityIdentityAugmentor;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import org.eclipse.microprofile.jwt.JsonWebToken;

/** Adds the roles that the highest role of a provider's identity includes. */
@ApplicationScoped
class ProviderRoles implements SecurityIdentityAugmentor {
    private final TokenRefusalLog log;

    ProviderRoles(TokenRefusalLog log) {
        this.log = log;
    }

    @Override
    public Uni<SecurityIdentity> augment(SecurityIdentity identity, AuthenticationRequestContext context) {
        return Uni.createFrom().item(withIncludedRoles(identity));
    }

    private SecurityIdentity withIncludedRoles(SecurityIdentity identity) {
        Optional<Role> highest = identity.getRoles().stream()
                .flatMap(role -> Role.find(role).stream())
                .max(Role::compareTo);
        if (highest.isEmpty() && identity.getPrincipal() instanceof JsonWebToken) {
            log.withoutRole(identity.getRoles());
        }
        return highest.map(role -> (SecurityIdentity) QuarkusSecurityIdentity.builder(identity)
                        .addRoles(role.labels())
                        .build())
                .orElse(identity);
    }
}
