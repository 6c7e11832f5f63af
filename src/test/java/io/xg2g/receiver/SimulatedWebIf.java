package io.xg2g.receiver;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URLDecoder;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Simulated OpenWebIF with the requests in use, and bouquets set by a test. */
final class SimulatedWebIf {
    private final Map<String, JsonArray> services = Collections.synchronizedMap(new LinkedHashMap<>());
    private final Map<String, String> names = Collections.synchronizedMap(new LinkedHashMap<>());
    private volatile String whitelist = "";

    /** Name of the bouquet whose services are answered with an error. */
    private volatile String failing = "";

    void bouquet(String name, List<String> referencesAndNames) {
        names.put(reference(name), name);
        nested(name, referencesAndNames);
    }

    /** Reference of a bouquet, with which it can be an entry of another one. */
    static String reference(String bouquet) {
        return "1:7:1:0:0:0:0:0:0:0:FROM BOUQUET \"userbouquet.%s.tv\" ORDER BY bouquet".formatted(bouquet);
    }

    /** Adds a bouquet that is not listed. */
    void nested(String name, List<String> referencesAndNames) {
        JsonArray list = new JsonArray();
        for (int i = 0; i < referencesAndNames.size(); i += 2) {
            list.add(new JsonObject()
                    .put("servicereference", referencesAndNames.get(i))
                    .put("servicename", referencesAndNames.get(i + 1))
                    .put("program", 0)
                    .put("pos", i / 2 + 1));
        }
        services.put(reference(name), list);
    }

    void fail(String bouquet) {
        failing = bouquet;
    }

    void whitelist(String... references) {
        whitelist = String.join("\n", references) + "\n";
    }

    void respond(SimulatedPort.Connection connection, String method, String target) throws IOException {
        String[] parts = target.split("\\?", 2);
        String query = parts.length == 1 ? "" : URLDecoder.decode(parts[1].replace("+", "%2B"), UTF_8);
        if (!method.equals("GET")) {
            send(connection, 400, "text/plain", "");
            return;
        }
        switch (parts[0]) {
            case "/api/about" -> json(connection, new JsonObject().put("info", new JsonObject().put("model", "sim")));
            case "/api/bouquets" -> {
                JsonArray bouquets = new JsonArray();
                names.forEach((reference, name) ->
                        bouquets.add(new JsonArray().add(reference).add(name)));
                json(connection, new JsonObject().put("bouquets", bouquets));
            }
            case "/api/getservices" -> {
                String reference = query.substring("sRef=".length());
                if (failing.equals(names.get(reference))) {
                    send(connection, 500, "text/plain", "");
                    return;
                }
                JsonArray list = services.getOrDefault(reference, new JsonArray());
                json(connection, new JsonObject().put("result", true).put("services", list));
            }
            case "/file" -> {
                boolean known = query.equals("file=/etc/enigma2/whitelist_streamrelay");
                send(connection, known ? 200 : 404, "text/plain", known ? whitelist : "");
            }
            default -> send(connection, 404, "text/plain", "");
        }
    }

    private static void json(SimulatedPort.Connection connection, JsonObject body) throws IOException {
        send(connection, 200, "application/json; charset=utf-8", body.encode());
    }

    private static void send(SimulatedPort.Connection connection, int status, String type, String body)
            throws IOException {
        byte[] bytes = body.getBytes(UTF_8);
        OutputStream out = connection.socket().getOutputStream();
        out.write("HTTP/1.1 %d OK\r\nConnection: close\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n"
                .formatted(status, type, bytes.length)
                .getBytes(ISO_8859_1));
        out.write(bytes);
    }
}
