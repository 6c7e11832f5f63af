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

/** The roles, smallest first. */
enum Role {
    VIEWER(Roles.VIEWER),
    OPERATOR(Roles.OPERATOR),
    ADMIN(Roles.ADMIN);

    private final String label;

    Role(String label) {
        this.label = label;
    }

    /** The role of that name. */
    static Optional<Role> find(String label) {
        return Arrays.stream(values()).filter(role -> role.label.equals(label)).findFirst();
    }

    /** The names of this role and of every smaller one: who has it may do what they may. */
    Set<String> labels() {
        return EnumSet.range(VIEWER, this).stream().map(role -> role.label).collect(Collectors.toUnmodifiableSet());
    }

    /** Somebody of this role who is known to this service alone, by this credential. */
    SecurityIdentity identity(String name, CredentialId credential) {
        return QuarkusSecurityIdentity.builder()
                .setPrincipal(new QuarkusPrincipal(name))
                .addAttribute(CredentialId.ATTRIBUTE, credential)
                .addRoles(labels())
                .build();
    }
}
