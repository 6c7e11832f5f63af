package io.xg2g.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.xg2g.ffmpeg.TestMedia;
import io.xg2g.service.RunningService;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Prometheus scrapes the service under load, with the shipped configuration and rules. Only the address is changed, and
 * time, which is twelve times as fast.
 */
@Tag("nightly")
class FullQueueAlertIT {
    private static final Path SHIPPED = Path.of("deploy/monitoring/prometheus");
    private static final String ALERT = "Xg2gQueueFull";
    private static final int HURRY = 12;

    @TempDir
    Path temp;

    @Test
    void theAlertForAFullQueueFiresAndClears() throws Exception {
        Map<String, String> small = Map.of("xg2g.gpu.queue.workers", "1", "xg2g.gpu.queue.size", "20");
        try (RunningService service = RunningService.start(temp.resolve("work"), small);
                Prometheus prometheus = prometheus(temp, service.management("/metrics"))) {
            prometheus.await("a scrape", "up{job=\"xg2g-gpu\"} == 1");
            assertThat(prometheus.ask("ALERTS{alertname=\"" + ALERT + "\"}")).isEmpty();

            try (Crowd _ = Crowd.of(22, service)) {
                prometheus.await("the alert", "ALERTS{alertname=\"" + ALERT + "\", alertstate=\"firing\"}");
                assertThat(prometheus.ask("xg2g:missed:ratio_rate5m")).isNotEmpty();
                assertThatTheMetricsAreWellFormed(service);
            }

            prometheus.await("its end", "absent(ALERTS{alertname=\"" + ALERT + "\"})");
        }
    }

    private static void assertThatTheMetricsAreWellFormed(RunningService service) {
        // The Prometheus text format, which promtool requires.
        HttpRequest request = HttpRequest.newBuilder(service.management("/metrics"))
                .header("Accept", "text/plain; version=0.0.4")
                .build();
        String metrics = RunningService.send(request, BodyHandlers.ofString()).body();

        assertThat(metrics).containsPattern("xg2g_gpu_queue_wait_seconds_bucket\\{priority=\"1\",le=\"6.4\"");
        assertThat(PrometheusTextFormat.violationsIn(metrics)).isEmpty();
        CommandLineTool.run("prometheus", metrics, List.of("promtool", "check", "metrics"));
    }

    /** Closed-loop clients. */
    private record Crowd(HttpClient clients, AtomicBoolean leaving) implements AutoCloseable {
        static Crowd of(int size, RunningService service) {
            HttpClient clients =
                    HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
            Crowd crowd = new Crowd(clients, new AtomicBoolean());
            HttpRequest request =
                    service.post("profile=480p", TestMedia.h264Interlaced()).build();
            for (int client = 0; client < size; client++) {
                crowd.ask(request);
            }
            return crowd;
        }

        private void ask(HttpRequest request) {
            clients.sendAsync(request, BodyHandlers.discarding()).thenAccept(_ -> {
                if (!leaving.get()) {
                    ask(request);
                }
            });
        }

        @Override
        public void close() {
            leaving.set(true);
            clients.shutdownNow();
        }
    }

    private static Prometheus prometheus(Path temp, URI metrics) throws IOException {
        Path directory = Files.createDirectories(temp.resolve("prometheus"));
        Files.createDirectory(directory.resolve("rules"));
        Files.writeString(directory.resolve("prometheus.yml"), configuration(metrics));
        Files.writeString(directory.resolve("rules/xg2g-gpu.yml"), rules());
        return Prometheus.start(directory);
    }

    private static String configuration(URI metrics) {
        ObjectNode shipped = (ObjectNode) Yaml.read(SHIPPED.resolve("prometheus.yml"));
        shipped.remove("alerting");
        ObjectNode global = (ObjectNode) shipped.path("global");
        global.properties().forEach(interval -> interval.setValue(hurried(interval.getValue())));
        ObjectNode scrape = (ObjectNode) shipped.path("scrape_configs").path(0);
        scrape.putArray("static_configs").addObject().putArray("targets").add(metrics.getAuthority());
        return Yaml.write(shipped);
    }

    private static String rules() {
        JsonNode shipped = Yaml.read(SHIPPED.resolve("rules/xg2g-gpu.yml"));
        shipped.findParents("for").forEach(alert -> ((ObjectNode) alert).set("for", hurried(alert.path("for"))));
        return Yaml.write(shipped);
    }

    private static JsonNode hurried(JsonNode duration) {
        String text = duration.asText();
        int number = Integer.parseInt(text.substring(0, text.length() - 1));
        long seconds = text.endsWith("m") ? number * 60L : number;
        return TextNode.valueOf(seconds * 1000 / HURRY + "ms");
    }
}
