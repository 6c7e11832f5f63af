package io.xg2g.security;

import io.quarkus.security.identity.AuthenticationRequestContext;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.identity.SecurityIdentityAugmentor;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import org.eclipse.microprofile.jwt.JsonWebToken;

/** Gives identities of the provider the smaller roles that theirs includes. */
@ApplicationScoped
class ProviderRoles implements SecurityIdentityAugmentor {
    private final TokenRefusalLog log;

    ProviderRoles(TokenRefusalLog log) {
        this.log = log;
    }

    @Override
    public Uni<SecurityIdentity> augment(SecurityIdentity identity, AuthenticationRequestContext context) {
        return Uni.createFrom().item(withSmallerRoles(identity));
    }

    private SecurityIdentity withSmallerRoles(SecurityIdentity identity) {
        Optional<Role> largest = identity.getRoles().stream()
                .flatMap(role -> Role.find(role).stream())
                .max(Role::compareTo);
        if (largest.isEmpty() && identity.getPrincipal() instanceof JsonWebToken) {
            log.withoutRole(identity.getRoles());
        }
        return largest.map(role -> (SecurityIdentity) QuarkusSecurityIdentity.builder(identity)
                        .addRoles(role.labels())
                        .build())
                .orElse(identity);
    }
}
