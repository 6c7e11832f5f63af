package io.xg2g.security;

import io.quarkus.security.ForbiddenException;
import io.quarkus.security.UnauthorizedException;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.vertx.http.runtime.security.HttpSecurityPolicy;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import io.xg2g.http.Roles;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Set;

/**
 * Requires at least the role {@code viewer} for every path, except the web page and the OpenAPI description. Resources
 * require higher roles by annotations; a resource without annotation denies access.
 */
@ApplicationScoped
class ViewerRolePolicy implements HttpSecurityPolicy {
    private static final Set<String> PUBLIC =
            Set.of("/", "/index.html", "/watch.js", "/watch.css", "/js/hls.min.js", "/openapi");

    private final OpenResponses responses;

    ViewerRolePolicy(OpenResponses responses) {
        this.responses = responses;
    }

    @Override
    public Uni<CheckResult> checkPermission(
            RoutingContext exchange, Uni<SecurityIdentity> identity, AuthorizationRequestContext context) {
        if (PUBLIC.contains(exchange.normalizedPath())) {
            return CheckResult.permit();
        }
        return identity.map(caller -> {
            if (caller.hasRole(Roles.VIEWER)) {
                responses.watch(exchange, caller);
                return CheckResult.PERMIT;
            }
            throw caller.isAnonymous() ? new UnauthorizedException() : new ForbiddenException();
        });
    }
}
