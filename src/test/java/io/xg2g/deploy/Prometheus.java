package io.xg2g.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.xg2g.http.FreePort;
import io.xg2g.schedule.Patience;
import io.xg2g.service.RunningService;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/** Debian's Prometheus, in a separate directory. */
record Prometheus(Process process, String base, Path log) implements AutoCloseable {

    /** Starts it with the directory's {@code prometheus.yml} and {@code data}. */
    static Prometheus start(Path directory, String... options) {
        String address = "127.0.0.1:" + FreePort.any();
        Path log = directory.resolve("log");
        List<String> command = new ArrayList<>(List.of(
                "prometheus",
                "--config.file=" + directory.resolve("prometheus.yml"),
                "--storage.tsdb.path=" + directory.resolve("data"),
                "--web.listen-address=" + address));
        command.addAll(List.of(options));
        Process process = CommandLineTool.start(
                "prometheus",
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()));
        return new Prometheus(process, "http://" + address, log);
    }

    /** Waits until the query has a result. */
    void await(String what, String query) throws IOException {
        try {
            Awaitility.await(what)
                    .atMost(Patience.seconds(60))
                    .pollInterval(Duration.ofMillis(200))
                    .ignoreExceptionsInstanceOf(UncheckedIOException.class)
                    .until(() -> !ask(query).isEmpty());
        } catch (ConditionTimeoutException late) {
            throw new AssertionError(
                    what + " did not come; up: " + ask("up") + ", alerts: " + ask("ALERTS") + "\n"
                            + Files.readString(log),
                    late);
        }
    }

    /** The result of the query. */
    JsonNode ask(String query) {
        return result("/api/v1/query?query=" + encoded(query));
    }

    /** The result of the query for a range of time, in seconds since 1970. */
    JsonNode ask(String query, long from, long to, int step) {
        return result(
                "/api/v1/query_range?query=" + encoded(query) + "&start=" + from + "&end=" + to + "&step=" + step);
    }

    private JsonNode result(String path) {
        try {
            return new ObjectMapper()
                    .readTree(RunningService.get(URI.create(base + path)).body())
                    .path("data")
                    .path("result");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String encoded(String query) {
        return URLEncoder.encode(query, StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().join();
    }
}
