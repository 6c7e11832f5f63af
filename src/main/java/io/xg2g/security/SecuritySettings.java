package io.xg2g.security;

import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.xg2g.config.ConfigBounds;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Set;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Validated security configuration. */
@Singleton
class SecuritySettings {
    private static final String ANONYMOUS = "xg2g.security.anonymous";
    private static final String ISSUER = "xg2g.security.oidc.issuer";
    private static final String AUDIENCE = "xg2g.security.oidc.audience";
    private static final String HOST = "quarkus.http.host";

    private final boolean identitiesKnown;
    private final boolean apiTokensKnown;
    private final boolean forThisMachine;

    SecuritySettings(SecurityConfig config, ApiTokensConfig tokens, @ConfigProperty(name = HOST) String host) {
        boolean provider = config.oidc().issuer().isPresent();
        this.apiTokensKnown = config.tokenFile().isPresent() || !tokens.tokens().isEmpty();
        this.identitiesKnown = provider || apiTokensKnown;
        this.forThisMachine = !identitiesKnown && !config.anonymous();
        config.oidc().issuer().filter(issuer -> !ConfigBounds.isHttpUrl(issuer)).ifPresent(issuer -> {
            throw ConfigBounds.outside(ISSUER, issuer, "an http or https URL");
        });
        if (provider && config.oidc().audience().map(List::isEmpty).orElse(true)) {
            throw new ConfigurationException(
                    AUDIENCE + " is missing; with " + ISSUER + " it selects the provider's tokens that are issued for"
                            + " this service",
                    Set.of(AUDIENCE));
        }
        if (identitiesKnown && config.anonymous()) {
            throw new ConfigurationException(
                    ANONYMOUS + " is true, but identities are configured; allowed is one of both", Set.of(ANONYMOUS));
        }
        if (forThisMachine && !isLoopback(host)) {
            throw new ConfigurationException(
                    HOST + " is " + host
                            + ", but no identities are configured; allowed is a loopback address, " + ISSUER
                            + ", xg2g.security.tokens, or " + ANONYMOUS
                            + "=true, which gives all rights to every client",
                    Set.of(HOST));
        }
    }

    /** Forces the validation at the start. */
    void start(@Observes StartupEvent event) {}

    /** Returns whether requests have to be authenticated. */
    boolean identitiesKnown() {
        return identitiesKnown;
    }

    /** Returns whether there are API tokens, which players can send as a password. */
    boolean apiTokensKnown() {
        return apiTokensKnown;
    }

    /** Returns whether only clients on this machine may use the service, with all rights. */
    boolean isForThisMachine() {
        return forThisMachine;
    }

    private static boolean isLoopback(String host) {
        try {
            return List.of(InetAddress.getAllByName(host)).stream().allMatch(InetAddress::isLoopbackAddress);
        } catch (UnknownHostException unknown) {
            return false;
        }
    }
}
