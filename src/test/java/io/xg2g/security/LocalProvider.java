package io.xg2g.security;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.xg2g.http.FreePort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Provider in the JVM of the tests, whose tokens have the claims of Keycloak's. */
final class LocalProvider implements IdentityProvider {
    private static final Map<String, List<String>> ROLES =
            Map.of("vera", List.of("viewer"), "olaf", List.of("operator"), "ada", List.of("admin"), "nora", List.of());

    private final Map<String, Realm> realms;

    private record Realm(int port, FakeIssuer issuer) {
        static Realm start() {
            try {
                int port = FreePort.any();
                return new Realm(port, new FakeIssuer(port, FakeIssuer.Mode.WELL));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private LocalProvider(Map<String, Realm> realms) {
        this.realms = realms;
    }

    static LocalProvider start() {
        return new LocalProvider(Map.of("xg2g", Realm.start(), "elsewhere", Realm.start()));
    }

    @Override
    public String issuer(String realm) {
        return FakeIssuer.url(realm(realm).port());
    }

    @Override
    public String token(String realm, String client, String user) {
        FakeIssuer issuer = realm(realm).issuer();
        long life = client.equals("hasty") ? 1 : 300;
        return issuer.token(
                new JsonObject().put("typ", "JWT").put("kid", issuer.keyId()),
                new JsonObject()
                        .put("typ", "Bearer")
                        .put("azp", client)
                        .put("aud", client.equals("stranger") ? "account" : "xg2g")
                        .put("sub", "id-of-" + user)
                        .put("preferred_username", user)
                        .put("groups", new JsonArray())
                        .put("realm_access", new JsonObject().put("roles", new JsonArray(ROLES.get(user))))
                        .put("exp", Instant.now().plusSeconds(life).getEpochSecond()));
    }

    @Override
    public String publicKey() {
        return realm("xg2g").issuer().publicKey();
    }

    @Override
    public void rotateKeys() {
        realm("xg2g").issuer().replaceKey("fresh");
    }

    private Realm realm(String name) {
        return realms.get(name);
    }

    @Override
    public void close() {
        realms.values().forEach(realm -> realm.issuer().close());
    }
}
