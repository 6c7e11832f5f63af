package io.xg2g.security;

import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.runtime.QuarkusPrincipal;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import io.xg2g.http.Roles;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Roles, lowest first. */
enum Role {
    VIEWER(Roles.VIEWER),
    OPERATOR(Roles.OPERATOR),
    ADMIN(Roles.ADMIN);

    private final String label;

    Role(String label) {
        this.label = label;
    }

    /** Returns the role of a name. */
    static Optional<Role> find(String label) {
        return Arrays.stream(values()).filter(role -> role.label.equals(label)).findFirst();
    }

    /** Returns the names of this role and of all roles that it includes. */
    Set<String> labels() {
        return EnumSet.range(VIEWER, this).stream().map(role -> role.label).collect(Collectors.toUnmodifiableSet());
    }

    /** Returns an identity with this role that is known to this service only, by a credential. */
    SecurityIdentity identity(String name, CredentialId credential) {
        return QuarkusSecurityIdentity.builder()
                .setPrincipal(new QuarkusPrincipal(name))
                .addAttribute(CredentialId.ATTRIBUTE, credential)
                .addRoles(labels())
                .build();
    }
}
