package io.xg2g.bench;

import io.xg2g.ffmpeg.TestMedia;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/** Benchmark of the start-up time, memory and file sizes of the packaged program. */
final class StartBench {
    private static final int ROUNDS = 5;
    private static final int REQUESTS = 1000;
    private static final int CLIENTS = 4;
    private static final Duration SETTLED = Duration.ofSeconds(5);
    private static final Path APP = Path.of("target/quarkus-app");
    private static final Path CACHE = APP.resolve("app.aot");

    private StartBench() {}

    static void run(PrintStream out) throws Exception {
        out.println("| | first response, s | ready, s | resident, idle, MB | resident, after %d previews, MB |"
                .formatted(REQUESTS));
        out.println("| --- | --- | --- | --- | --- |");
        for (Map.Entry<String, List<String>> way : ways().entrySet()) {
            List<Double> answered = new ArrayList<>();
            List<Double> ready = new ArrayList<>();
            List<Double> idle = new ArrayList<>();
            double busy = 0;
            for (int round = 0; round < ROUNDS; round++) {
                try (StartedProgram started = StartedProgram.by(way.getValue())) {
                    answered.add(started.until(started.port(), "/api/v1/queue"));
                    ready.add(started.until(started.management(), "/readyz"));
                    Thread.sleep(SETTLED);
                    idle.add(started.resident());
                    if (round == ROUNDS - 1) {
                        load(started.port());
                        busy = started.resident();
                    }
                }
            }
            out.printf(
                    "| %s | %.2f (%.2f to %.2f) | %.2f | %.0f | %.0f |%n",
                    way.getKey(),
                    HttpLoad.median(answered),
                    answered.stream().min(Double::compare).orElseThrow(),
                    answered.stream().max(Double::compare).orElseThrow(),
                    HttpLoad.median(ready),
                    HttpLoad.median(idle),
                    busy);
        }
        sizes(out);
    }

    /** The start commands; the native executable only if it was built. */
    private static Map<String, List<String>> ways() throws IOException {
        Map<String, List<String>> ways = new LinkedHashMap<>();
        ways.put("JVM", StartedProgram.onJvm(APP, false));
        ways.put("JVM with AOT cache", StartedProgram.onJvm(APP, true));
        for (Path executable : files("target", "*-runner")) {
            ways.put("native", List.of(executable.toString()));
        }
        return ways;
    }

    private static void sizes(PrintStream out) throws IOException {
        out.printf("%n| what is installed | MB |%n| --- | --- |%n");
        out.printf("| application | %.1f |%n", megabytes(APP) - megabytes(CACHE));
        out.printf("| its AOT cache | %.1f |%n", megabytes(CACHE));
        for (Path executable : files("target", "*-runner")) {
            out.printf("| native executable | %.1f |%n", megabytes(executable));
        }
        for (Path deb : files("target", "*.deb")) {
            out.printf("| Debian package, which brings its Java runtime (compressed) | %.1f |%n", megabytes(deb));
        }
    }

    /** Requests previews: a complete unit with a low encoding cost. */
    private static void load(int port) throws Exception {
        URI target = URI.create("http://127.0.0.1:" + port + "/api/v1/transcodes?profile=preview");
        HttpRequest request = HttpRequest.newBuilder(target)
                .header("Content-Type", "video/mp2t")
                .POST(HttpRequest.BodyPublishers.ofFile(TestMedia.progressive()))
                .build();
        try (ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
                HttpClient http = HttpClient.newHttpClient()) {
            List<Future<Integer>> answers = new ArrayList<>();
            for (int i = 0; i < REQUESTS; i++) {
                answers.add(clients.submit(
                        () -> http.send(request, BodyHandlers.discarding()).statusCode()));
            }
            for (Future<Integer> answer : answers) {
                if (answer.get() != 200) {
                    throw new IOException("a preview was answered with " + answer.get());
                }
            }
        }
    }

    private static double megabytes(Path path) throws IOException {
        try (Stream<Path> files = Files.walk(path)) {
            return files.filter(Files::isRegularFile)
                            .mapToLong(file -> file.toFile().length())
                            .sum()
                    / 1e6;
        }
    }

    private static List<Path> files(String directory, String glob) throws IOException {
        List<Path> found = new ArrayList<>();
        try (var files = Files.newDirectoryStream(Path.of(directory), glob)) {
            files.forEach(found::add);
        }
        return found;
    }
}
