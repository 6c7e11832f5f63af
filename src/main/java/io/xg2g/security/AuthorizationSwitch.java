package io.xg2g.security;

import io.quarkus.security.spi.runtime.AuthorizationController;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Alternative;

/** Disables all role checks if no identities are configured: every client then has all rights. */
@Alternative
@Priority(1)
@ApplicationScoped
class AuthorizationSwitch extends AuthorizationController {
    private final SecuritySettings settings;

    AuthorizationSwitch(SecuritySettings settings) {
        this.settings = settings;
    }

    @Override
    public boolean isAuthorizationEnabled() {
        return settings.identitiesKnown();
    }
}
