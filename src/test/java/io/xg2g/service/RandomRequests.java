package io.xg2g.service;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

/** Generator of requests from an OpenAPI description that conform to it almost or not at all. */
final class RandomRequests {
    private static final List<String> VALUES = List.of(
            "",
            "%20",
            "0",
            "-1",
            "1e308",
            "99999999999999999999",
            "NaN",
            "true",
            "null",
            "[]",
            "{}",
            "a",
            "known",
            "demo",
            "..",
            "../../etc/passwd",
            "..%2f..%2fetc%2fpasswd",
            "%2e%2e%2f",
            "..%5c..%5c",
            "%00",
            "a%00b",
            "%",
            "%zz",
            "%ff%fe",
            "%c3%a4%e2%82%ac",
            "ä",
            "a".repeat(3000),
            "%0d%0aX-Injected:%201",
            ";x=1",
            "'%20OR%201=1",
            "%3Cscript%3E",
            "$%7Bjndi:ldap://127.0.0.1/%7D",
            "$%7Bxg2g.live.channels-file%7D",
            "#x",
            "?x",
            "a/b",
            "a//b",
            "0x7f",
            "1970-01-01T00:00:00Z",
            "00000000-0000-0000-0000-000000000000",
            "master.m3u8",
            "init.mp4",
            "1.m4s",
            "480p",
            "gpu",
            "abr",
            "preview",
            "bytes=0-0");
    private static final List<String> TARGETS = List.of(
            "%s",
            "/%s",
            "/.%s",
            "/x/..%s",
            "/%%2e%%2e%s",
            "%s/",
            "%s//",
            "%s/.",
            "%s/..",
            "%s;a=b",
            "%s%%00",
            "%s%%2f",
            "%s\\",
            "http://evil.example.org%s",
            "%s?",
            "%s?&&=&a",
            "%s?a=%%",
            "%s#a");
    private static final List<String> TYPES = List.of(
            "application/json",
            "text/plain",
            "",
            "application/json; charset=utf-7",
            "multipart/form-data; boundary=",
            "video/mp2t",
            "*/*",
            "application/octet-stream",
            "application/xml",
            "a",
            "a/b;c=\"",
            "application/json".repeat(50));
    private static final List<String> HEADERS = List.of(
            "Accept: application/xml",
            "Accept: ,;q=x",
            "Accept: video/mp2t",
            "Accept: image/jpeg",
            "Accept: multipart/mixed",
            "Range: bytes=0-",
            "Range: bytes=9-1",
            "Range: bytes=99999999999999999999-",
            "Range: x",
            "Prefer: respond-async",
            "Prefer: wait=x, respond-async; a=\"",
            "If-None-Match: *",
            "If-Modified-Since: x",
            "Last-Event-ID: -1",
            "Content-Encoding: gzip",
            "Content-Encoding: x",
            "Expect: 100-continue",
            "X-Forwarded-For: ' OR 1",
            "Forwarded: for=[",
            "Authorization: Basic %%%",
            "Authorization: Bearer a.b.c",
            "Cookie: ;;;=",
            "X-HTTP-Method-Override: DELETE",
            "Origin: null",
            "traceparent: 00-x",
            "Upgrade: h2c",
            "Accept-Language: ",
            "User-Agent: " + "u".repeat(4000),
            "X-A: \u00e4\u0001");
    private static final List<Object> WRONG = List.of(
            "",
            " ",
            "x".repeat(100_000),
            0,
            -1,
            1e300,
            true,
            new JsonArray(),
            new JsonArray().add(new JsonArray()),
            new JsonObject(),
            "\u0000\u0001",
            "\ud83d\ude00",
            "../..",
            "file:///etc/passwd",
            "http://169.254.169.254/",
            "${user.home}",
            "http://[");
    private static final List<byte[]> BODIES = Stream.of(
                    "",
                    "null",
                    "true",
                    "[]",
                    "{}",
                    "{",
                    "\"",
                    "{\"id\":",
                    "[".repeat(50_000),
                    "{\"a\":".repeat(5_000),
                    "{\"id\":1e999999}",
                    "{\"id\":\"a\",\"id\":\"b\"}",
                    "<a/>",
                    "a=b&c=d",
                    "\ufeff{}",
                    "G".repeat(1000),
                    "--\r\n",
                    "#EXTM3U\n/etc/passwd")
            .map(text -> text.getBytes(StandardCharsets.UTF_8))
            .toList();

    private final Random random;
    private final JsonObject schemas;

    RandomRequests(Random random, JsonObject openApi) {
        this.random = random;
        this.schemas = openApi.getJsonObject("components").getJsonObject("schemas");
    }

    /** One request to a path of the description. */
    byte[] request(String method, String path, JsonObject operation) {
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        byte[] body = body(operation);
        StringBuilder head = new StringBuilder(
                rarely(10) ? oneOf(List.of("PUT", "PATCH", "OPTIONS", "HEAD", "TRACE", "X")) : method);
        head.append(' ').append(target(path, operation)).append(" HTTP/1.1\r\n");
        head.append(rarely(20) ? "" : "Host: " + (rarely(20) ? "\"[" : "127.0.0.1") + "\r\n");
        for (int n = random.nextInt(4); n > 0; n--) {
            head.append(oneOf(HEADERS)).append("\r\n");
        }
        if (body.length > 0 || rarely(3)) {
            head.append("Content-Type: ")
                    .append(rarely(2) ? "application/json" : oneOf(TYPES))
                    .append("\r\n");
            head.append(length(body)).append("\r\n");
        }
        head.append("Connection: close\r\n\r\n");
        request.writeBytes(head.toString().getBytes(StandardCharsets.UTF_8));
        request.writeBytes(body);
        return request.toByteArray();
    }

    private String length(byte[] body) {
        return switch (random.nextInt(40)) {
            case 0 -> "Content-Length: -1";
            case 1 -> "Content-Length: " + (body.length + 10);
            case 2 -> "Content-Length: 99999999999999999999";
            case 3 -> "Transfer-Encoding: chunked";
            case 4 -> "Transfer-Encoding: x\r\nContent-Length: " + body.length;
            default -> "Content-Length: " + body.length;
        };
    }

    private String target(String path, JsonObject operation) {
        String filled = path;
        StringBuilder query = new StringBuilder();
        for (Object each : operation.getJsonArray("parameters", new JsonArray())) {
            JsonObject parameter = (JsonObject) each;
            String name = parameter.getString("name");
            if (parameter.getString("in").equals("path")) {
                filled =
                        filled.replaceAll("\\{" + name + "[^}]*}", oneOf(VALUES).replace("$", "\\$"));
            } else if (parameter.getString("in").equals("query") && !rarely(3)) {
                query.append(query.isEmpty() ? "?" : "&")
                        .append(name)
                        .append('=')
                        .append(value(parameter));
            }
        }
        if (rarely(5)) {
            query.append(query.isEmpty() ? "?" : "&")
                    .append(oneOf(VALUES))
                    .append('=')
                    .append(oneOf(VALUES));
        }
        return rarely(4) ? oneOf(TARGETS).formatted(filled + query) : filled + query;
    }

    /** An allowed value, if the description lists them, so that later checks are reached too. */
    private String value(JsonObject parameter) {
        JsonArray allowed = parameter.getJsonObject("schema", new JsonObject()).getJsonArray("enum");
        return allowed != null && rarely(2) ? allowed.getString(random.nextInt(allowed.size())) : oneOf(VALUES);
    }

    private byte[] body(JsonObject operation) {
        JsonObject described = operation.getJsonObject("requestBody");
        if (described == null) {
            return rarely(10) ? oneOf(BODIES) : new byte[0];
        }
        JsonObject json = described.getJsonObject("content", new JsonObject()).getJsonObject("application/json");
        if (json == null || rarely(3)) {
            return oneOf(BODIES);
        }
        byte[] body = object(json.getJsonObject("schema")).encode().getBytes(StandardCharsets.UTF_8);
        if (rarely(5)) {
            body[random.nextInt(body.length)] = (byte) random.nextInt();
        }
        return body;
    }

    /** An object with its examples as values, one or two of which are invalid. */
    private JsonObject object(JsonObject schema) {
        String reference = schema.getString("$ref", "");
        JsonObject described = reference.isEmpty() ? schema : schemas.getJsonObject(reference.replaceFirst(".*/", ""));
        JsonObject object = new JsonObject();
        for (Map.Entry<String, Object> property : described.getJsonObject("properties", new JsonObject())) {
            JsonArray examples = ((JsonObject) property.getValue()).getJsonArray("examples", new JsonArray());
            object.put(property.getKey(), examples.isEmpty() || rarely(4) ? oneOf(WRONG) : examples.getValue(0));
        }
        return rarely(5) ? object.put(oneOf(VALUES), oneOf(WRONG)) : object;
    }

    private boolean rarely(int oneIn) {
        return random.nextInt(oneIn) == 0;
    }

    private <T> T oneOf(List<T> all) {
        return all.get(random.nextInt(all.size()));
    }
}
