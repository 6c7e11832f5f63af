package io.xg2g.security;

import io.quarkus.security.spi.runtime.AuthorizationController;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Alternative;

/** Switches every check of roles off where no identities are configured: then everybody may do everything. */
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
