package io.xg2g.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The part of the API of Kubernetes that Helm needs to install and upgrade a release: a store of objects by their paths, without
 * controllers. Arrays of patches replace those of the object.
 */
final class FakeKubernetes implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern RESOURCES = Pattern.compile("/apis?/.+/namespaces/[^/]+/[a-z]+(?:/[^/]+)?");

    /** Resources by group and version. */
    private static final Map<String, List<String>> KINDS = Map.of(
            "v1", List.of("ConfigMap", "PersistentVolumeClaim", "Pod", "Secret", "Service", "ServiceAccount"),
            "apps/v1", List.of("Deployment", "StatefulSet"),
            "autoscaling/v2", List.of("HorizontalPodAutoscaler"),
            "networking.k8s.io/v1", List.of("NetworkPolicy"),
            "policy/v1", List.of("PodDisruptionBudget"));

    private final Map<String, JsonNode> objects = new TreeMap<>();

    /** Secrets with the releases, which Helm writes and reads as Protocol Buffers. */
    private final Map<String, ByteString> releases = new TreeMap<>();

    private final HttpServer server;

    FakeKubernetes() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::handle);
        server.start();
    }

    /** The file by which clients find it. */
    String kubeConfig() {
        return """
                {apiVersion: v1, kind: Config, current-context: fake, users: [],
                 clusters: [{name: fake, cluster: {server: "http://127.0.0.1:%s"}}],
                 contexts: [{name: fake, context: {cluster: fake, user: ""}}]}
                """.formatted(String.valueOf(server.getAddress().getPort()));
    }

    /** An object, for instance {@code apps/v1/namespaces/tv/deployments/a}. */
    synchronized ObjectNode object(String path) {
        JsonNode object = objects.get(path);
        if (object == null) {
            throw new AssertionError(path + " is not among " + objects.keySet());
        }
        return (ObjectNode) object;
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private synchronized void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            String path = exchange.getRequestURI().getPath();
            Matcher resource = RESOURCES.matcher(path);
            if (ReleaseSecrets.isOne(body)) {
                ByteString secret = ReleaseSecrets.unwrapped(body);
                releases.put(ReleaseSecrets.name(secret), secret);
                reply(exchange, 200, ReleaseSecrets.TYPE, body);
            } else if (path.contains("/secrets/sh.helm.")) {
                ByteString secret = Objects.requireNonNull(releases.get(path.substring(path.lastIndexOf('/') + 1)));
                reply(exchange, 200, ReleaseSecrets.TYPE, ReleaseSecrets.wrapped(secret));
            } else if (path.endsWith("/secrets") && exchange.getRequestMethod().equals("GET")) {
                reply(exchange, 200, ReleaseSecrets.TYPE, ReleaseSecrets.list(releases.values()));
            } else if (resource.matches()) {
                answer(exchange, resource, JSON.readTree(body));
            } else {
                reply(exchange, 200, discovery(path));
            }
        }
    }

    private void answer(HttpExchange exchange, Matcher resource, JsonNode body) throws IOException {
        String path = resource.group().replaceFirst("^/apis?/", "");
        switch (exchange.getRequestMethod()) {
            case "POST" -> {
                objects.put(path + "/" + body.at("/metadata/name").asText(), body);
                reply(exchange, 201, body);
            }
            case "PUT" -> {
                objects.put(path, body);
                reply(exchange, 200, body);
            }
            case "PATCH" -> reply(exchange, 200, patched(object(path), body));
            default -> {
                if (objects.containsKey(path)) {
                    reply(exchange, 200, objects.get(path));
                } else {
                    reply(exchange, 404, Yaml.read("""
                            {apiVersion: v1, kind: Status, status: Failure, reason: NotFound, code: 404, message: not found}"""));
                }
            }
        }
    }

    private static ObjectNode patched(ObjectNode object, JsonNode patch) {
        patch.properties().forEach(entry -> {
            JsonNode before = object.get(entry.getKey());
            if (entry.getValue().isNull()) {
                object.remove(entry.getKey());
            } else if (entry.getValue().isObject() && before instanceof ObjectNode inner) {
                patched(inner, entry.getValue());
            } else {
                object.set(entry.getKey(), entry.getValue());
            }
        });
        return object;
    }

    private static JsonNode discovery(String path) {
        return switch (path) {
            case "/version" -> Yaml.read("{major: '1', minor: '30', gitVersion: v1.30.0}");
            case "/api" -> Yaml.read("{kind: APIVersions, versions: [v1]}");
            case "/apis" -> groups();
            default -> resources(path.replaceFirst("^/apis?/", ""));
        };
    }

    private static JsonNode groups() {
        ObjectNode all = JsonNodeFactory.instance.objectNode();
        ArrayNode groups =
                all.put("kind", "APIGroupList").put("apiVersion", "v1").putArray("groups");
        KINDS.keySet().stream()
                .filter(version -> version.contains("/"))
                .forEach(version -> groups.add(Yaml.read(
                        """
                {name: %s, versions: [{groupVersion: %s, version: %s}]}
                """.formatted(version.replaceFirst("/.*", ""), version, version.replaceFirst(".*/", "")))));
        return all;
    }

    private static JsonNode resources(String version) {
        ObjectNode all = JsonNodeFactory.instance.objectNode();
        ArrayNode resources = all.put("kind", "APIResourceList")
                .put("apiVersion", "v1")
                .put("groupVersion", version)
                .putArray("resources");
        KINDS.getOrDefault(version, List.of())
                .forEach(kind -> resources.add(Yaml.read("""
                {name: %s, singularName: "", namespaced: true, kind: %s, verbs: [create, delete, get, list, patch, update]}
                """.formatted(plural(kind), kind))));
        return all;
    }

    private static String plural(String kind) {
        String name = kind.toLowerCase(Locale.ROOT);
        return name.endsWith("y") ? name.substring(0, name.length() - 1) + "ies" : name + "s";
    }

    private static void reply(HttpExchange exchange, int status, JsonNode body) throws IOException {
        reply(exchange, status, "application/json", JSON.writeValueAsBytes(body));
    }

    private static void reply(HttpExchange exchange, int status, String type, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }
}
