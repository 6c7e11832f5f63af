package io.xg2g.bench;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.xg2g.camera.RtspServer;
import io.xg2g.service.RunningService;
import io.xg2g.storage.TemporaryDirectory;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Benchmark of cameras: processors and memory of the program and of ffmpeg apart, and the latency of frames. */
final class CamerasBench {
    private static final int FPS = 10;
    private static final Duration WARM_UP = Duration.ofSeconds(20);
    private static final Duration MEASURED = Duration.ofSeconds(30);
    private static final int TICKS_PER_SECOND = 100;

    private CamerasBench() {}

    /** Use of one process or several. */
    private record Use(double cores, long bytes) {}

    static void run(PrintStream out) throws Exception {
        out.println("Cameras of " + FPS
                + " frames per second; the system that this one replaces took 45 % of its processors,"
                + " 250 MB and 100 ms for 10 cameras.");
        out.println();
        out.println(
                "| cameras | received fps | program: cores | memory | ffmpeg: cores | memory | latency p50 | p99 |");
        out.println("| --- | --- | --- | --- | --- | --- | --- | --- |");
        try (JpegCameras cameras = JpegCameras.start(FPS)) {
            measure(out, "10, MJPEG 720p over HTTP, as sent", 10, "source", cameras::camera, cameras);
            measure(out, "32, MJPEG 720p over HTTP, as sent", 32, "source", cameras::camera, cameras);
            measure(out, "10, MJPEG 720p over HTTP, encoded again", 10, "5", cameras::camera, null);
        }
        try (RtspServer rtsp = RtspServer.start(10, 640, 360, FPS, "h264")) {
            measure(out, "10, H.264 360p over RTSP", 10, "5", rtsp::camera, null);
        }
        out.println();
    }

    private static void measure(
            PrintStream out, String name, int count, String quality, IntFunction<URI> url, @Nullable JpegCameras sender)
            throws Exception {
        Map<String, String> keys = new TreeMap<>();
        for (int i = 0; i < count; i++) {
            keys.put("xg2g.cameras.camera-" + i + ".url", url.apply(i).toString());
            keys.put("xg2g.cameras.camera-" + i + ".quality", quality);
        }
        Path work = TemporaryDirectory.create("xg2g-bench").resolve("service");
        try (RunningService service = RunningService.start(work, keys)) {
            Thread.sleep(WARM_UP);
            long began = System.nanoTime();
            double program = seconds(service.process().pid());
            List<ProcessHandle> children = service.encoders();
            double before = sum(children);
            List<Double> latencies = sender == null ? List.of() : latencies(service, sender);
            long left = MEASURED.toMillis() - (System.nanoTime() - began) / 1_000_000;
            Thread.sleep(Math.max(0, left));
            double elapsed = (System.nanoTime() - began) / 1e9;
            Use own = new Use(
                    (seconds(service.process().pid()) - program) / elapsed,
                    memory(service.process().pid()));
            long childBytes = 0;
            for (ProcessHandle child : children) {
                childBytes += memory(child.pid());
            }
            Use ffmpeg = new Use((sum(children) - before) / elapsed, childBytes);
            out.printf(
                    "| %s | %.1f | %.2f | %d MB | %.2f | %d MB | %s | %s |%n",
                    name,
                    received(service),
                    own.cores(),
                    own.bytes() >> 20,
                    ffmpeg.cores(),
                    ffmpeg.bytes() >> 20,
                    quantile(latencies, 0.5),
                    quantile(latencies, 0.99));
        }
    }

    /** Milliseconds from the sending of a frame by the first camera to its reception by a client. */
    private static List<Double> latencies(RunningService service, JpegCameras sender) throws IOException {
        List<Double> latencies = new ArrayList<>();
        try (DataInputStream in = new DataInputStream(RunningService.send(
                        HttpRequest.newBuilder(service.api("/api/v1/cameras/camera-0/frames.mjpeg"))
                                .build(),
                        BodyHandlers.ofInputStream())
                .body())) {
            for (int i = 0; i < FPS * 20; i++) {
                byte[] jpeg = part(in);
                latencies.add((System.nanoTime() - sender.sentAt(0, Arrays.hashCode(jpeg))) / 1e6);
            }
        }
        return latencies;
    }

    @SuppressWarnings("deprecation") // Lines of ASCII.
    private static byte[] part(DataInputStream in) throws IOException {
        int length = 0;
        for (String line = in.readLine(); !line.isEmpty() || length == 0; line = in.readLine()) {
            if (line.startsWith("Content-Length: ")) {
                length = Integer.parseInt(line.substring("Content-Length: ".length()));
            }
        }
        return in.readNBytes(length);
    }

    private static double received(RunningService service) {
        JsonArray cameras =
                new JsonArray(RunningService.get(service.api("/api/v1/cameras")).body());
        return cameras.stream()
                .mapToDouble(camera -> ((JsonObject) camera).getDouble("receivedFps"))
                .sum();
    }

    private static String quantile(List<Double> values, double quantile) {
        if (values.isEmpty()) {
            return "";
        }
        List<Double> sorted = new ArrayList<>(values);
        Collections.sort(sorted);
        return "%.0f ms".formatted(sorted.get((int)
                Math.min(sorted.size() - 1L, Math.round(quantile * sorted.size()))));
    }

    private static double sum(List<ProcessHandle> processes) throws IOException {
        double sum = 0;
        for (ProcessHandle process : processes) {
            sum += seconds(process.pid());
        }
        return sum;
    }

    /** Processor time of a process: user and system, fields 14 and 15 of proc(5). */
    private static double seconds(long pid) throws IOException {
        String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / (double) TICKS_PER_SECOND;
    }

    private static long memory(long pid) throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc", Long.toString(pid), "status"))) {
            return lines.filter(line -> line.startsWith("VmRSS"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                    .findFirst()
                    .orElse(0);
        }
    }
}
