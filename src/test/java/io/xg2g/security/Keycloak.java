package io.xg2g.security;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.xg2g.http.FreePort;
import io.xg2g.schedule.Patience;
import io.xg2g.service.RunningService;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.awaitility.Awaitility;

/**
 * Keycloak server on this machine with the equal realms {@code xg2g} and {@code elsewhere}: users vera (viewer), olaf
 * (operator), ada (admin) and nora (no role), whose passwords are their names.
 */
public final class Keycloak implements IdentityProvider {
    private static final Path LOG = Path.of("target", "keycloak.log");
    private static final String KEYS = "org.keycloak.keys.KeyProvider";

    private final Process process;
    private final URI base;

    private Keycloak(Process process, URI base) {
        this.process = process;
        this.base = base;
    }

    /** Starts a server with an empty database, and waits until it responds. */
    public static Keycloak start() {
        Path home = Path.of(System.getProperty("keycloak.home", "target/keycloak"));
        if (!Files.exists(home.resolve("bin/kc.sh"))) {
            throw new AssertionError(
                    "there is no Keycloak in " + home + "; -Dkeycloak.skip=false has the build put it there");
        }
        try {
            for (String realm : List.of("xg2g", "elsewhere")) {
                importAtStart(home, realm);
            }
            int port = FreePort.any();
            Keycloak server = new Keycloak(launch(home, port), URI.create("http://127.0.0.1:" + port));
            server.awaitAnswer();
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void importAtStart(Path home, String realm) throws IOException {
        try (InputStream template = Objects.requireNonNull(Keycloak.class.getResourceAsStream("realm.json"))) {
            String text = new String(template.readAllBytes(), StandardCharsets.UTF_8);
            Path directory = Files.createDirectories(home.resolve("data/import"));
            Files.writeString(directory.resolve(realm + ".json"), text.replace("REALM", realm));
        }
    }

    private static Process launch(Path home, int port) throws IOException {
        ProcessBuilder command = new ProcessBuilder(
                        "sh",
                        home.resolve("bin/kc.sh").toString(),
                        "start-dev",
                        "--import-realm",
                        "--http-host=127.0.0.1",
                        "--http-port=" + port,
                        "--db=dev-mem",
                        "--cache=local")
                .redirectErrorStream(true)
                .redirectOutput(LOG.toFile());
        command.environment()
                .putAll(Map.of(
                        "JAVA_HOME", System.getProperty("java.home"),
                        "JAVA_OPTS_KC_HEAP", "-Xms64m -Xmx512m -XX:TieredStopAtLevel=1",
                        "KC_BOOTSTRAP_ADMIN_USERNAME", "root",
                        "KC_BOOTSTRAP_ADMIN_PASSWORD", "root"));
        return command.start();
    }

    private void awaitAnswer() {
        try {
            Awaitility.await("Keycloak, whose log is " + LOG)
                    .atMost(Patience.seconds(300))
                    .pollInterval(Duration.ofMillis(500))
                    .ignoreExceptions()
                    .failFast(() -> !process.isAlive())
                    .until(() ->
                            RunningService.get(URI.create(issuer("elsewhere") + "/.well-known/openid-configuration"))
                                            .statusCode()
                                    == 200);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    @Override
    public String issuer(String realm) {
        return base + "/realms/" + realm;
    }

    @Override
    public String token(String realm, String client, String user) {
        HttpRequest login = HttpRequest.newBuilder(URI.create(issuer(realm) + "/protocol/openid-connect/token"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(
                        "grant_type=password&client_id=" + client + "&username=" + user + "&password=" + user))
                .build();
        return new JsonObject(send(login, 200)).getString("access_token");
    }

    @Override
    public String publicKey() {
        URI address = URI.create(issuer("xg2g") + "/protocol/openid-connect/certs");
        JsonArray keys = new JsonObject(send(HttpRequest.newBuilder(address).build(), 200)).getJsonArray("keys");
        return keys.stream()
                .map(JsonObject.class::cast)
                .filter(jwk -> "sig".equals(jwk.getString("use")))
                .findFirst()
                .orElseThrow()
                .getJsonArray("x5c")
                .getString(0);
    }

    @Override
    public void rotateKeys() {
        JsonArray before = new JsonArray(send(admin("/components?type=" + KEYS).build(), 200));
        JsonObject fresh = new JsonObject()
                .put("name", "fresh")
                .put("providerId", "rsa-generated")
                .put("providerType", KEYS)
                .put("config", new JsonObject().put("priority", new JsonArray().add("200")));
        send(
                admin("/components")
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(fresh.encode()))
                        .build(),
                201);
        before.stream()
                .map(JsonObject.class::cast)
                .filter(key -> key.getString("providerId").equals("rsa-generated"))
                .forEach(key -> send(
                        admin("/components/" + key.getString("id")).DELETE().build(), 204));
    }

    private HttpRequest.Builder admin(String path) {
        return HttpRequest.newBuilder(URI.create(base + "/admin/realms/xg2g" + path))
                .header("Authorization", "Bearer " + token("master", "admin-cli", "root"));
    }

    private static String send(HttpRequest request, int expected) {
        HttpResponse<String> answer = RunningService.send(request, BodyHandlers.ofString());
        if (answer.statusCode() != expected) {
            throw new AssertionError(request + " was answered with " + answer.statusCode() + ": " + answer.body());
        }
        return answer.body();
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        process.onExit().join();
    }
}
