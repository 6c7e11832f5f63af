package io.xg2g.security;

import org.junit.jupiter.api.Tag;

/** The same with Keycloak, whose start takes 40 seconds of a processor. */
@Tag("nightly")
class KeycloakIT extends SecurityIT {
    @Override
    IdentityProvider startProvider() {
        return Keycloak.start();
    }
}
