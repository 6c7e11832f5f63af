package io.xg2g.security;

import io.quarkus.oidc.runtime.OidcProvider;
import io.quarkus.oidc.runtime.TenantConfigBean;
import jakarta.enterprise.context.ApplicationScoped;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jspecify.annotations.Nullable;

/** Access tokens of the provider, between the requests that bring them. */
@ApplicationScoped
class ProviderTokens {
    private final TenantConfigBean tenants;

    ProviderTokens(TenantConfigBean tenants) {
        this.tenants = tenants;
    }

    /**
     * Whether a token that was valid still is: it has not expired, and its key is one of the provider's, as they were fetched
     * last. Nothing is sent to the provider.
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
