package io.xg2g.http;

import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.runtime.QuarkusPrincipal;
import io.quarkus.vertx.http.runtime.security.QuarkusHttpUser;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.util.Optional;

/**
 * Key of a client for fair queueing and rate limits: its identity if the request has one, so that clients behind one
 * proxy are distinguished, and a client with several addresses is one; otherwise its
 * {@linkplain ClientAddresses address}.
 *
 * <p>A player with a playback token is identified by its address: a client can obtain any number of playback tokens,
 * and each is bound to one address.
 */
@Singleton
public class ClientKeys {
    /** Attribute of an identity whose key is the address. */
    public static final String BY_ADDRESS = ClientKeys.class.getName();

    private final ClientAddresses addresses;

    ClientKeys(ClientAddresses addresses) {
        this.addresses = addresses;
    }

    /** Returns the key of the client that sent an authenticated request. */
    public String of(RoutingContext exchange) {
        return identity(exchange)
                .filter(identity -> identity.getAttribute(BY_ADDRESS) == null)
                .map(ClientKeys::name)
                .orElseGet(() -> addresses.of(exchange.request()));
    }

    /** Returns the name of the request's identity as in the audit log; empty for an anonymous request. */
    public static Optional<String> identityName(RoutingContext exchange) {
        return identity(exchange).map(ClientKeys::name);
    }

    private static Optional<SecurityIdentity> identity(RoutingContext exchange) {
        return exchange.user() instanceof QuarkusHttpUser user
                ? Optional.of(user.getSecurityIdentity()).filter(identity -> !identity.isAnonymous())
                : Optional.empty();
    }

    /** Prefixes users of an identity provider, to distinguish them from API tokens of the same name. */
    private static String name(SecurityIdentity identity) {
        String name = identity.getPrincipal().getName();
        return identity.getPrincipal() instanceof QuarkusPrincipal ? name : "user:" + name;
    }
}
