package io.xg2g.security;

import io.quarkus.oidc.runtime.OidcProvider;
import io.quarkus.oidc.runtime.TenantConfigBean;
import jakarta.enterprise.context.ApplicationScoped;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jspecify.annotations.Nullable;

/** Validity of access tokens of the identity provider after the request that presented them. */
@ApplicationScoped
class ProviderTokens {
    private final TenantConfigBean tenants;

    ProviderTokens(TenantConfigBean tenants) {
        this.tenants = tenants;
    }

    /**
     * Returns whether a token that was valid still is: it has not expired, and its key is among the provider's keys
     * that were fetched last. Sends no request to the provider.
     */
    boolean isValid(String token) {
        @Nullable OidcProvider provider = tenants.getDefaultTenant().provider();
        if (provider == null) {
            return true;
        }
        try {
            provider.verifyJwtToken(token, false, false, null);
            return true;
        } catch (InvalidJwtException _) {
            return false;
        }
    }
}
