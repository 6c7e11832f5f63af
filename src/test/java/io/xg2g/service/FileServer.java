package io.xg2g.service;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.xg2g.http.ByteRange;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.Executors;

/** HTTP server of a directory, with byte ranges; {@code /moved/…} redirects to {@code /…}. */
final class FileServer implements AutoCloseable {
    private static final String MOVED = "/moved";

    private final Path directory;
    private final HttpServer server;

    private FileServer(Path directory) throws IOException {
        this.directory = directory;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::serve);
        server.start();
    }

    static FileServer of(Path directory) throws IOException {
        return new FileServer(directory);
    }

    String at(String path) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + path;
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            if (path.startsWith(MOVED)) {
                exchange.getResponseHeaders().set("Location", path.substring(MOVED.length()));
                exchange.sendResponseHeaders(301, -1);
                return;
            }
            Path file = directory.resolve(path.substring(1)).normalize();
            if (!Files.isRegularFile(file)) {
                exchange.sendResponseHeaders(404, -1);
                return;
            }
            send(exchange, Files.readAllBytes(file));
        }
    }

    private static void send(HttpExchange exchange, byte[] bytes) throws IOException {
        String header = exchange.getRequestHeaders().getFirst("Range");
        exchange.getResponseHeaders().set("Accept-Ranges", "bytes");
        try {
            Optional<ByteRange> range = header == null ? Optional.empty() : ByteRange.parse(header, bytes.length);
            byte[] sent = range.map(r -> Arrays.copyOfRange(bytes, (int) r.first(), (int) r.last() + 1))
                    .orElse(bytes);
            range.ifPresent(r -> exchange.getResponseHeaders().set("Content-Range", r.contentRange(bytes.length)));
            exchange.sendResponseHeaders(range.isPresent() ? 206 : 200, sent.length);
            exchange.getResponseBody().write(sent);
        } catch (ByteRange.Unsatisfiable outside) {
            exchange.sendResponseHeaders(416, -1);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
