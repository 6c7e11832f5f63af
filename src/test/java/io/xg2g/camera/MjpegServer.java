package io.xg2g.camera;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.xg2g.http.LoopbackHttp;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** HTTP server of generated cameras ({@link CameraPicture}) that send JPEG images, with the faults of cameras. Thread-safe. */
public final class MjpegServer implements AutoCloseable {
    /** What a camera does. */
    public enum Behavior {
        NORMAL,
        /** Sends the same picture again and again. */
        FROZEN,
        /** Sends nothing more, without closing the connection. */
        SILENT,
        /** Sends other bytes than images. */
        GARBAGE,
        /** Sends pictures of another size. */
        SMALL,
        /** Closes the connection. */
        UNPLUGGED,
        /** Refuses the password. */
        LOCKED
    }

    private final HttpServer server;
    private final long intervalMillis;
    private final int width;
    private final int height;
    private final Map<String, Behavior> behaviors = new ConcurrentHashMap<>();
    private final Map<String, AtomicInteger> requests = new ConcurrentHashMap<>();
    private volatile boolean closed;

    /** Creates a server whose cameras send pictures of this size. */
    public MjpegServer(int fps, int width, int height) {
        this.intervalMillis = 1000 / fps;
        this.width = width;
        this.height = height;
        server = LoopbackHttp.start(this::serve);
    }

    /** URL of a camera by its number. */
    public URI camera(int number) {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/" + number);
    }

    /** Changes what a camera does. */
    public void set(int number, Behavior behavior) {
        behaviors.put("/" + number, behavior);
    }

    /** Returns how often a camera was asked. */
    public int requests(int number) {
        return requests.getOrDefault("/" + number, new AtomicInteger()).get();
    }

    private void serve(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        requests.computeIfAbsent(path, _ -> new AtomicInteger()).incrementAndGet();
        try (exchange) {
            Behavior first = behavior(path);
            if (first == Behavior.UNPLUGGED) {
                return;
            }
            if (first == Behavior.LOCKED) {
                exchange.sendResponseHeaders(401, -1);
                return;
            }
            exchange.getResponseHeaders().set("Content-Type", "multipart/x-mixed-replace; boundary=frame");
            exchange.sendResponseHeaders(200, 0);
            OutputStream out = exchange.getResponseBody();
            send(path, out);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    private void send(String path, OutputStream out) throws IOException, InterruptedException {
        int camera = Integer.parseInt(path.substring(1));
        byte[] still = CameraPicture.jpeg(camera, 1, width, height);
        for (int number = 1; !closed; number++) {
            switch (behavior(path)) {
                case NORMAL -> part(out, CameraPicture.jpeg(camera, number & 0xffff, width, height));
                case FROZEN -> part(out, still);
                case SMALL -> part(out, CameraPicture.jpeg(camera, number & 0xffff, width / 2, height / 2));
                case GARBAGE -> part(out, new byte[1000]);
                case SILENT -> {}
                case UNPLUGGED, LOCKED -> {
                    return;
                }
            }
            Thread.sleep(intervalMillis);
        }
    }

    private static void part(OutputStream out, byte[] jpeg) throws IOException {
        String head = "--frame\r\nContent-Type: image/jpeg\r\nContent-Length: " + jpeg.length + "\r\n\r\n";
        out.write(head.getBytes(StandardCharsets.US_ASCII));
        out.write(jpeg);
        out.write("\r\n".getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }

    private Behavior behavior(String path) {
        return behaviors.getOrDefault(path, Behavior.NORMAL);
    }

    @Override
    public void close() {
        closed = true;
        server.stop(0);
    }
}
