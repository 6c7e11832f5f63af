package io.xg2g.bench;

import io.vertx.core.json.JsonObject;
import io.xg2g.ffmpeg.TestMedia;
import io.xg2g.http.FreePort;
import io.xg2g.packaging.SegmentTimeline;
import io.xg2g.service.RunningService;
import io.xg2g.storage.TemporaryDirectory;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Benchmark of live channels: time to the first segment, memory per channel, and segment throughput compared with nginx.
 */
final class LiveBench {
    private static final int ROUNDS = 5;
    /** Warm-up rounds: until then the JIT has compiled the code. */
    private static final int WARM_UP = 12;

    private static final int CONNECTIONS = 8;

    /** Windows of which the latency is measured, and the seconds that players stay behind the end of the playlist. */
    private static final int WINDOWS = 9;

    private static final int HOLD_BACK = 3 * SegmentTimeline.TARGET_DURATION;
    private static final Duration ROUND = Duration.ofSeconds(4);
    private static final Pattern SEGMENT = Pattern.compile("^(\\d+)\\.m4s$", Pattern.MULTILINE);
    private static final Pattern RATE = Pattern.compile("Requests/sec:\\s+([0-9.]+)");

    private LiveBench() {}

    static void run(PrintStream out) throws Exception {
        Path temp = TemporaryDirectory.create("xg2g-bench");
        Path clip = TestMedia.progressive();
        try (RunningService service = RunningService.start(
                temp.resolve("service"),
                Map.of(
                        "xg2g.live.demo", "true",
                        "xg2g.live.window", "10m",
                        "xg2g.live.channels-file", temp.resolve("channels.json").toString(),
                        "xg2g.live.idle-timeout", "5s",
                        "xg2g.live.channels.loop.url", clip.toUri().toString()))) {
            firstSegment(service, out);
            latency(service, out);
            beside(service, temp, out);
            memory(service, out);
        }
    }

    /** From the request for the master playlist to the last byte of the first segment of each kind. */
    private static void firstSegment(RunningService service, PrintStream out) {
        List<Double> seconds = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            long began = System.nanoTime();
            String master = text(service.api("/live/demo/master.m3u8"));
            String rendition = master.lines()
                    .filter(line -> line.endsWith("media.m3u8"))
                    .findFirst()
                    .orElseThrow();
            fetch(service.api("/live/demo/" + newest(service, rendition)));
            fetch(service.api("/live/demo/" + newest(service, "audio/media.m3u8")));
            seconds.add((System.nanoTime() - began) / 1e9);
            RunningService.send(
                    HttpRequest.newBuilder(service.api("/api/v1/streams/demo"))
                            .DELETE()
                            .build(),
                    BodyHandlers.discarding());
        }
        seconds.sort(null);
        out.printf(
                "From the request for the master playlist of the demo, which does not run yet, to the last byte of its first"
                        + " segment: %.2f s (median of %d; %.2f to %.2f).%n%n",
                seconds.get(ROUNDS / 2), ROUNDS, seconds.getFirst(), seconds.getLast());
    }

    /** From the end of a window, by its date, to its appearance in the playlist, for a channel that is received in real time. */
    private static void latency(RunningService service, PrintStream out) throws InterruptedException {
        add(service, "live", "demo");
        String master = text(service.api("/live/live/master.m3u8"));
        Thread.sleep(Duration.ofSeconds(10));
        out.println("| rendition | seconds from the end of a window to its publication | with the hold-back |");
        out.println("| --- | --- | --- |");
        for (String playlist :
                master.lines().filter(line -> line.endsWith("media.m3u8")).toList()) {
            URI uri = service.api("/live/live/" + playlist);
            List<Double> seconds = new ArrayList<>();
            for (int window = 0; window < WINDOWS; window++) {
                String known = text(uri);
                long number = Long.parseLong(last("MEDIA-SEQUENCE:(\\d+)", known)) + known.split("#EXTINF").length - 1;
                String next = text(URI.create(uri + "?_HLS_msn=" + number));
                Duration late = Duration.between(Instant.parse(last("DATE-TIME:(\\S+)", next)), Instant.now());
                seconds.add(late.toNanos() / 1e9 - Double.parseDouble(last("EXTINF:([0-9.]+)", next)));
            }
            double late = median(seconds);
            out.printf("| %s | %.2f | %.2f |%n", playlist.replace("/media.m3u8", ""), late, late + HOLD_BACK);
        }
        out.println();
    }

    private static String last(String pattern, String playlist) {
        return Pattern.compile(pattern)
                .matcher(playlist)
                .results()
                .reduce((_, later) -> later)
                .orElseThrow()
                .group(1);
    }

    private static String newest(RunningService service, String playlist) {
        Matcher segment = SEGMENT.matcher(text(service.api("/live/demo/" + playlist)));
        String name = "";
        while (segment.find()) {
            name = segment.group();
        }
        return playlist.replace("media.m3u8", name);
    }

    /** Requests the same segment from the service and from nginx, alternating. */
    private static void beside(RunningService service, Path temp, PrintStream out) throws Exception {
        text(service.api("/live/demo/master.m3u8"));
        Thread.sleep(Duration.ofSeconds(12));
        Path root = Files.createDirectories(temp.resolve("nginx/root"));
        String path = "/live/demo/" + newest(service, "480p/media.m3u8");
        Path file = root.resolve(path.substring(1));
        Files.createDirectories(file.getParent());
        byte[] segment = fetch(service.api(path));
        Files.write(file, segment);
        try (Nginx nginx = Nginx.start(temp.resolve("nginx"), root)) {
            List<Double> ours = new ArrayList<>();
            List<Double> theirs = new ArrayList<>();
            List<Double> ratios = new ArrayList<>();
            for (int round = -WARM_UP; round < ROUNDS; round++) {
                double own = rate(service.api(path));
                double other = rate(nginx.uri(path));
                if (round >= 0) {
                    ours.add(own);
                    theirs.add(other);
                    ratios.add(own / other);
                }
            }
            out.printf(
                    "| a segment of %d KiB, wrk, %d connections | nginx, a second | the service, a second | ratio | target |%n",
                    segment.length >> 10, CONNECTIONS);
            out.println("| --- | --- | --- | --- | --- |");
            out.printf(
                    "| while one channel is encoded | %.0f | %.0f | %.2f | ≥ 0.8 |%n%n",
                    median(theirs), median(ours), median(ratios));
            out.printf(
                    "A viewer takes one video and one audio segment in two seconds: %.0f viewers on %d cores, which the load"
                            + " generator shares: %.0f a core.%n%n",
                    median(ours),
                    Runtime.getRuntime().availableProcessors(),
                    median(ours) / Runtime.getRuntime().availableProcessors());
        }
    }

    /** Resident memory of the program, before and after more channels are started. */
    private static void memory(RunningService service, PrintStream out) throws Exception {
        int channels = 5;
        for (int i = 0; i < channels; i++) {
            add(service, "more" + i, "loop");
        }
        collect(service);
        long before = resident(service);
        List<InputStream> viewers = new ArrayList<>();
        for (int i = 0; i < channels; i++) {
            viewers.add(service.api("/live/more" + i + "/audio.aac").toURL().openStream());
        }
        Thread.sleep(Duration.ofSeconds(15));
        collect(service);
        long after = resident(service);
        for (InputStream viewer : viewers) {
            viewer.close();
        }
        out.printf(
                "Memory of the program for each further channel that runs: %.1f MB (and %.0f MB for its segmenter).%n",
                (after - before) / 1e6 / channels, segmenters(service) / 1e6);
    }

    /** Adds a channel whose source is the stream of another one over HTTP. */
    private static void add(RunningService service, String id, String of) {
        String body = new JsonObject()
                .put("id", id)
                .put("url", service.api("/live/" + of + "/stream.ts").toString())
                .encode();
        RunningService.send(
                HttpRequest.newBuilder(service.api("/api/v1/channels"))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.discarding());
    }

    private static void collect(RunningService service) throws Exception {
        new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                        Long.toString(service.process().pid()),
                        "GC.run")
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }

    private static long resident(RunningService service) throws IOException {
        return resident(service.process().pid());
    }

    private static long resident(long pid) throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc", Long.toString(pid), "status"))) {
            return lines.filter(line -> line.startsWith("VmRSS"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                    .findFirst()
                    .orElse(0);
        }
    }

    private static double segmenters(RunningService service) {
        return service.encoders().stream()
                .filter(child -> child.info().commandLine().orElse("").contains("pipe:0"))
                .mapToLong(child -> {
                    try {
                        return resident(child.pid());
                    } catch (IOException gone) {
                        return 0;
                    }
                })
                .filter(bytes -> bytes > 0)
                .average()
                .orElse(0);
    }

    /** Responses per second over persistent connections, measured by wrk. */
    private static double rate(URI uri) throws IOException, InterruptedException {
        Process wrk;
        try {
            wrk = new ProcessBuilder("wrk", "-t1", "-c" + CONNECTIONS, "-d" + ROUND.toSeconds() + "s", uri.toString())
                    .redirectErrorStream(true)
                    .start();
        } catch (IOException missing) {
            throw new UncheckedIOException("wrk is needed for this: apt-get install wrk", missing);
        }
        String said = new String(wrk.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        wrk.waitFor();
        Matcher rate = RATE.matcher(said);
        if (!rate.find() || said.contains("Non-2xx")) {
            throw new IOException("wrk said: " + said);
        }
        return Double.parseDouble(rate.group(1));
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().skip(values.size() / 2).findFirst().orElseThrow();
    }

    private static String text(URI uri) {
        return RunningService.get(uri).body();
    }

    private static byte[] fetch(URI uri) {
        return RunningService.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofByteArray())
                .body();
    }

    /** nginx with common settings for static files, on a free port. */
    private record Nginx(Process process, int port) implements AutoCloseable {
        URI uri(String path) {
            return URI.create("http://127.0.0.1:" + port + path);
        }

        static Nginx start(Path home, Path root) throws IOException {
            int port = FreePort.any();
            Path conf = home.resolve("nginx.conf");
            Files.writeString(conf, """
                    daemon off; worker_processes auto; user root; pid %s/pid; error_log /dev/null;
                    events { worker_connections 1024; }
                    http {
                        access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000;
                        types { video/mp4 m4s; }
                        server { listen 127.0.0.1:%d; root %s; }
                    }
                    """.formatted(home, port, root));
            Process process;
            try {
                process = new ProcessBuilder("nginx", "-p", home.toString(), "-c", conf.toString())
                        .inheritIO()
                        .start();
            } catch (IOException missing) {
                throw new UncheckedIOException("nginx is needed for this: apt-get install nginx-light", missing);
            }
            for (int i = 0; i < 100; i++) {
                try (Socket probe = new Socket("127.0.0.1", port)) {
                    return new Nginx(process, probe.getPort());
                } catch (IOException notYet) {
                    java.util.concurrent.locks.LockSupport.parkNanos(50_000_000);
                }
            }
            throw new IOException("nginx does not answer");
        }

        @Override
        public void close() {
            process.destroy();
            process.onExit().join();
        }
    }
}
