package io.xg2g.bench;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.xg2g.storage.TemporaryDirectory;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** HTTP server of cameras that all send the same JPEG images of 1280x720, made in advance. Thread-safe. */
final class JpegCameras implements AutoCloseable {
    private static final int IMAGES = 50;

    private final HttpServer server;
    private final List<byte[]> images;
    private final long interval;
    private final Map<String, Long> sent = new ConcurrentHashMap<>();
    private volatile boolean closed;

    private JpegCameras(HttpServer server, List<byte[]> images, int fps) {
        this.server = server;
        this.images = images;
        this.interval = TimeUnit.SECONDS.toNanos(1) / fps;
    }

    static JpegCameras start(int fps) throws Exception {
        Path directory = TemporaryDirectory.create("xg2g-bench");
        Process ffmpeg = new ProcessBuilder(
                        ("ffmpeg -nostdin -v error -f lavfi -i testsrc2=s=1280x720:r=10,noise=alls=6:allf=t"
                                        + " -frames:v " + IMAGES + " -q:v 5 -pix_fmt yuvj420p " + directory
                                        + "/%03d.jpg")
                                .split(" "))
                .inheritIO()
                .start();
        if (ffmpeg.waitFor() != 0) {
            throw new IOException("ffmpeg could not make the images");
        }
        List<byte[]> images = new ArrayList<>();
        for (int i = 1; i <= IMAGES; i++) {
            images.add(Files.readAllBytes(directory.resolve("%03d.jpg".formatted(i))));
        }
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        JpegCameras cameras = new JpegCameras(server, images, fps);
        server.createContext("/", cameras::serve);
        server.start();
        return cameras;
    }

    URI camera(int number) {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/" + number);
    }

    /** Returns when a camera began to send an image the last time, as {@link System#nanoTime()}. */
    long sentAt(int camera, int hash) {
        return sent.getOrDefault("/" + camera + " " + hash, System.nanoTime());
    }

    private void serve(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        try (exchange) {
            exchange.getResponseHeaders().set("Content-Type", "multipart/x-mixed-replace; boundary=frame");
            exchange.sendResponseHeaders(200, 0);
            OutputStream out = exchange.getResponseBody();
            long next = System.nanoTime();
            for (int i = 0; !closed; i = (i + 1) % images.size()) {
                byte[] image = images.get(i);
                LockSupport.parkNanos(next - System.nanoTime());
                next += interval;
                sent.put(path + " " + Arrays.hashCode(image), System.nanoTime());
                out.write(("--frame\r\nContent-Type: image/jpeg\r\nContent-Length: " + image.length + "\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
                out.write(image);
                out.write("\r\n".getBytes(StandardCharsets.US_ASCII));
                out.flush();
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        server.stop(0);
    }
}
