package io.xg2g.security;

import io.quarkus.security.identity.AuthenticationRequestContext;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.identity.SecurityIdentityAugmentor;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;

/** Gives identities of the provider the smaller roles that theirs includes. */
@ApplicationScoped
class ProviderRoles implements SecurityIdentityAugmentor {

    @Override
    public Uni<SecurityIdentity> augment(SecurityIdentity identity, AuthenticationRequestContext context) {
        return Uni.createFrom().item(withSmallerRoles(identity));
    }

    private static SecurityIdentity withSmallerRoles(SecurityIdentity identity) {
        Optional<Role> largest = identity.getRoles().stream()
                .flatMap(role -> Role.find(role).stream())
                .max(Role::compareTo);
        return largest.map(role -> (SecurityIdentity) QuarkusSecurityIdentity.builder(identity)
                        .addRoles(role.labels())
                        .build())
                .orElse(identity);
    }
}
