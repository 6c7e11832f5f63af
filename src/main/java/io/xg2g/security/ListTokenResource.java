package io.xg2g.security;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.quarkus.resteasy.reactive.jackson.CustomDeserialization;
import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.ext.web.RoutingContext;
import io.xg2g.http.PublicUrl;
import io.xg2g.http.PublicUrls;
import io.xg2g.http.Roles;
import io.xg2g.problem.ProblemType;
import io.xg2g.problem.StrictJson;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.function.Predicate;
import org.eclipse.microprofile.jwt.JsonWebToken;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jspecify.annotations.Nullable;

/**
 * REST resource of list tokens: every client creates, lists and revokes its own; administrators list and revoke all.
 */
@Path(ListTokenResource.PATH)
@RolesAllowed(Roles.VIEWER)
public class ListTokenResource {
    static final String PATH = "/api/v1/list-tokens";

    private static final int MAX_NAME = 64;

    private final ListTokens tokens;
    private final PlaybackTokens passes;
    private final PublicUrls urls;
    private final SecurityIdentity identity;

    ListTokenResource(ListTokens tokens, PlaybackTokens passes, PublicUrls urls, SecurityIdentity identity) {
        this.urls = urls;
        this.tokens = tokens;
        this.passes = passes;
        this.identity = identity;
    }

    /** Lists the caller's tokens; for an administrator all. */
    @GET
    @Operation(summary = "List tokens: own ones, for administrators all")
    @Produces(MediaType.APPLICATION_JSON)
    @RunOnVirtualThread
    public List<ListTokenView> list() {
        return tokens.list(visibleOwners()).stream().map(ListTokenView::of).toList();
    }

    /** Creates a token. */
    @POST
    @Operation(
            summary = "Create a list token",
            description =
                    "For one player that only takes the URL of a list. The token, as the parameter of /channels.m3u, allows listing"
                            + " and playing channels, and nothing else, until it expires or is revoked. It is returned in this"
                            + " response only.")
    @APIResponse(
            responseCode = "201",
            description = "Created",
            content = @Content(schema = @Schema(implementation = CreatedListToken.class)))
    @APIResponse(
            responseCode = "409",
            description = "The limit of list tokens is reached, or no identities are configured")
    @Consumes(MediaType.APPLICATION_JSON)
    @CustomDeserialization(StrictJson.class)
    @Produces(MediaType.APPLICATION_JSON)
    @RunOnVirtualThread
    public Response create(@Nullable ListTokenSpec spec, @Context RoutingContext exchange) {
        if (passes.areFree()) {
            throw ProblemType.CONFLICT
                    .with("no identities are configured: players need no token")
                    .asException();
        }
        String name = name(spec == null ? null : spec.name());
        @Nullable Instant expiresAt = expiresAt(spec == null ? null : spec.expiresAt());
        ListTokens.Created created = tokens.create(ownerId(), Audit.identity(exchange), name, expiresAt);
        PublicUrl own = urls.of(exchange.request());
        return Response.status(Response.Status.CREATED)
                .header(
                        HttpHeaders.LOCATION,
                        own.path(PATH + "/" + created.token().id()))
                .entity(CreatedListToken.of(created, own.url("/channels.m3u?token=" + created.secret())))
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .build();
    }

    /** Revokes a token, and ends the playbacks that it authenticated. */
    @DELETE
    @Path("/{id}")
    @Operation(
            summary = "Revoke a list token",
            description = "Lists, playbacks and open streams that were started with it end within seconds.")
    @APIResponse(responseCode = "204", description = "Revoked")
    @APIResponse(responseCode = "404", description = "No list token has this id, or it belongs to another identity")
    @RunOnVirtualThread
    public void revoke(@PathParam("id") String id) {
        if (!tokens.revoke(id, visibleOwners())) {
            throw ProblemType.NOT_FOUND
                    .with("there is no list token of this id; see /api/v1/list-tokens")
                    .asException();
        }
    }

    /** Returns the owners whose tokens the caller may list and revoke. */
    private Predicate<String> visibleOwners() {
        return identity.hasRole(Roles.ADMIN) || identity.isAnonymous() ? _ -> true : ownerId()::equals;
    }

    private String ownerId() {
        if (!(identity.getPrincipal() instanceof JsonWebToken user)) {
            return identity.getPrincipal().getName();
        }
        if (user.getSubject() == null) {
            throw ProblemType.CONFLICT
                    .with(
                            "the access token has no sub, which tells the owners of list tokens apart; the provider has to add it")
                    .asException();
        }
        return "user:" + user.getIssuer() + "#" + user.getSubject();
    }

    private static @Nullable Instant expiresAt(@Nullable String given) {
        if (given == null) {
            return null;
        }
        try {
            Instant time = OffsetDateTime.parse(given).toInstant();
            if (time.isAfter(Instant.now())) {
                return time;
            }
        } catch (DateTimeParseException malformed) {
            // As a time that has passed.
        }
        throw ProblemType.INVALID_REQUEST
                .with("expiresAt is not allowed; allowed: a future time in RFC 3339, for instance 2030-01-01T00:00:00Z")
                .asException();
    }

    private static String name(@Nullable String given) {
        @Nullable String name = given == null ? null : given.strip();
        if (name == null
                || name.isEmpty()
                || name.length() > MAX_NAME
                || name.chars().anyMatch(Character::isISOControl)) {
            throw ProblemType.INVALID_REQUEST
                    .with("name is missing or malformed; allowed: 1 to " + MAX_NAME
                            + " characters, none of them control characters")
                    .asException();
        }
        return name;
    }

    /**
     * Request for a list token.
     *
     * @param name of the player, for its owner
     * @param expiresAt time from which the token is no longer valid; {@code null} for a token that is valid until it is
     *     revoked
     */
    @Schema(name = "ListTokenSpec")
    public record ListTokenSpec(
            @Schema(examples = "Living room TV") @Nullable String name,

            @Schema(examples = "2030-01-01T00:00:00Z", format = "date-time") @Nullable
            String expiresAt) {}

    /**
     * A list token, without its secret.
     *
     * @param owner name of the owner in the audit log
     */
    @Schema(name = "ListToken")
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record ListTokenView(
            String id,
            String name,
            String owner,
            Instant createdAt,
            @Nullable Instant expiresAt) {

        static ListTokenView of(ListToken token) {
            return new ListTokenView(token.id(), token.name(), token.owner(), token.createdAt(), token.expiresAt());
        }
    }

    /**
     * A newly created list token.
     *
     * @param token the token itself
     * @param m3u URL of the channel list for a player
     */
    @Schema(name = "CreatedListToken")
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record CreatedListToken(
            String id,
            String name,
            String owner,
            Instant createdAt,
            @Nullable Instant expiresAt,
            String token,
            URI m3u) {

        static CreatedListToken of(ListTokens.Created created, URI m3u) {
            ListToken token = created.token();
            return new CreatedListToken(
                    token.id(),
                    token.name(),
                    token.owner(),
                    token.createdAt(),
                    token.expiresAt(),
                    created.secret(),
                    m3u);
        }
    }
}
