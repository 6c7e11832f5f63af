package io.xg2g.ffmpeg;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;

/** HTTP server of bytes by path; other paths are 404, and {@code /silent} never responds. */
final class WebServer implements AutoCloseable {
    private final HttpServer server;
    private final ConcurrentHashMap<String, byte[]> files = new ConcurrentHashMap<>();
    private final Semaphore silence = new Semaphore(0);

    WebServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", exchange -> {
            try (exchange) {
                String path = exchange.getRequestURI().getPath();
                if (path.equals("/silent")) {
                    silence.acquireUninterruptibly();
                }
                byte[] bytes = files.get(path);
                exchange.sendResponseHeaders(bytes == null ? 404 : 200, bytes == null ? -1 : bytes.length);
                if (bytes != null) {
                    exchange.getResponseBody().write(bytes);
                }
            }
        });
        server.start();
    }

    /** Serves the bytes and returns their URL. */
    URI put(String path, byte[] bytes) {
        files.put(path, bytes);
        return at(path);
    }

    URI at(String path) {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
    }

    @Override
    public void close() {
        silence.release(100);
        server.stop(0);
    }
}
