package io.xg2g.http;

import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.runtime.QuarkusPrincipal;
import io.quarkus.vertx.http.runtime.security.QuarkusHttpUser;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.util.Optional;

/**
 * The key by which a client counts in turns and limits: its identity where the request has one, so that many behind one proxy
 * are many, and one at many addresses is one; else its {@linkplain ClientAddresses address}.
 *
 * <p>A player with a playback token counts by its address: whoever may play draws as many playbacks as they like, and the
 * token belongs to one address.
 */
@Singleton
public class ClientKeys {
    /** The attribute of an identity that counts by its address. */
    public static final String BY_ADDRESS = ClientKeys.class.getName();

    private final ClientAddresses addresses;

    ClientKeys(ClientAddresses addresses) {
        this.addresses = addresses;
    }

    /** The key of the client that sent the request, which has been authenticated. */
    public String of(RoutingContext exchange) {
        return identity(exchange)
                .filter(who -> who.getAttribute(BY_ADDRESS) == null)
                .map(ClientKeys::name)
                .orElseGet(() -> addresses.of(exchange.request()));
    }

    /** The name of the request's identity as in the audit log; empty where it has none. */
    public static Optional<String> identityName(RoutingContext exchange) {
        return identity(exchange).map(ClientKeys::name);
    }

    private static Optional<SecurityIdentity> identity(RoutingContext exchange) {
        return exchange.user() instanceof QuarkusHttpUser user
                ? Optional.of(user.getSecurityIdentity()).filter(who -> !who.isAnonymous())
                : Optional.empty();
    }

    /** Users of a provider are told from tokens of the same name. */
    private static String name(SecurityIdentity identity) {
        String name = identity.getPrincipal().getName();
        return identity.getPrincipal() instanceof QuarkusPrincipal ? name : "user:" + name;
    }
}
