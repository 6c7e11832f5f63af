package io.xg2g.service;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Pages with players, of another origin than the service. */
final class PlayerPages implements AutoCloseable {
    private static final Path PLAYERS = Path.of("target", "npm");
    private static final Path SHAKA = PLAYERS.resolve("shaka-player/package/dist/shaka-player.compiled.js");
    private static final Path HLS_JS = PLAYERS.resolve("hls.js/package/dist/hls.min.js");
    private static final Path DASH_JS = PLAYERS.resolve("dash.js/package/dist/modern/umd/dash.all.min.js");

    private final HttpServer server;

    private PlayerPages(Map<String, byte[]> files) throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        files.forEach((name, bytes) -> server.createContext("/" + name, exchange -> answer(exchange, name, bytes)));
        server.start();
    }

    static PlayerPages start() throws IOException {
        return new PlayerPages(Map.of(
                "dash.html", resource("dash.html"),
                "observe.js", resource("observe.js"),
                "players.html", resource("players.html"),
                "hls.min.js", Files.readAllBytes(HLS_JS),
                "dash.all.min.js", Files.readAllBytes(DASH_JS),
                "shaka-player.compiled.js", Files.readAllBytes(SHAKA)));
    }

    /** The script that observes a player. */
    static String observer() {
        return new String(resource("observe.js"), StandardCharsets.UTF_8);
    }

    private static byte[] resource(String name) {
        try (InputStream in = PlayerPages.class.getResourceAsStream(name)) {
            return in.readAllBytes();
        } catch (IOException missing) {
            throw new UncheckedIOException(missing);
        }
    }

    private static void answer(HttpExchange exchange, String name, byte[] bytes) throws IOException {
        try (exchange) {
            exchange.getResponseHeaders().set("Content-Type", name.endsWith(".js") ? "text/javascript" : "text/html");
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    String origin() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    URI dash() {
        return URI.create(origin() + "/dash.html");
    }

    /** A page with each of them. */
    URI players() {
        return URI.create(origin() + "/players.html");
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
