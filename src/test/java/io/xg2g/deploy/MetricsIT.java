package io.xg2g.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.xg2g.ffmpeg.TestMedia;
import io.xg2g.service.RunningService;
import io.xg2g.service.Services;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The metrics of the packaged program as Prometheus scrapes them. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@ExtendWith(Services.Resolver.class)
class MetricsIT {
    private static final Path RULES = Path.of("deploy/monitoring/prometheus/rules/xg2g-gpu.yml");

    /** Counter of an alert: {@code increase(metric{label=~"a|b"}[5m])}. */
    private static final Pattern COUNTED =
            Pattern.compile("(?:rate|increase)\\((?<metric>xg2g_\\w+)(?:\\{(?<matchers>[^}]*)})?\\[");

    private static final Pattern MATCHER = Pattern.compile("(?<label>\\w+)=~?\"(?<values>[^\"]*)\"");

    private static RunningService service;

    @BeforeAll
    static void start(Services services) {
        // Its own, since the series are read before the first request.
        service = services.own(Services.onFixedPorts(withCamera()));
    }

    /** The series of a camera exist while it is configured. */
    private static Map<String, String> withCamera() {
        Map<String, String> all = new HashMap<>(Services.USUAL);
        all.put("xg2g.cameras.door.url", "rtsp://127.0.0.1:9/stream1");
        return all;
    }

    /** increase() needs two values: a series has to exist before the first event. */
    @Test
    @Order(1)
    @Tag("smoke")
    void everySeriesOfAnAlertExistsFromTheStart() {
        String metrics = metrics("text/plain; version=0.0.4").body();
        List<MatchResult> counted = Yaml.read(RULES).findValues("expr").stream()
                .map(JsonNode::asText)
                .flatMap(expression -> COUNTED.matcher(expression).results())
                // Of the members of a cluster, and not of a program on its own.
                .filter(series -> !series.group("metric").startsWith("xg2g_cluster_"))
                .toList();

        assertThat(counted)
                .hasSizeGreaterThan(10)
                .allSatisfy(series -> labels(series.group("matchers"))
                        .forEach(label -> assertThat(metrics.lines())
                                .as("%s{%s}", series.group("metric"), label)
                                .anyMatch(line ->
                                        line.startsWith(series.group("metric") + "{") && line.contains(label))));
        assertThat(metrics)
                .contains("xg2g_transcode_latency_seconds_count{encoder=\"libx264\",outcome=\"device-fault\"");
    }

    /** The first two are sent by Prometheus 2 and 3. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/openmetrics-text;version=1.0.0;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,"
                        + "text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
                "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,"
                        + "application/openmetrics-text;version=0.0.1;q=0.4,"
                        + "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1",
                "application/openmetrics-text",
                "application/openmetrics-text; version=1.0.0",
                "application/openmetrics-text; version=1.0.0; charset=utf-8"
            })
    @Order(2)
    void openMetricsIsServedOnRequest(String accept) {
        HttpResponse<String> answer = metrics(accept);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type"))
                .contains("application/openmetrics-text; version=1.0.0; charset=utf-8");
        assertThat(answer.body()).endsWith("# EOF\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"*/*", "text/plain", "application/json", "application/openmetrics-text; version=0.0.1"})
    @Order(2)
    void theTextFormatIsTheDefault(String accept) {
        HttpResponse<String> answer = metrics(accept);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).contains("text/plain; version=0.0.4; charset=utf-8");
    }

    @Test
    @Order(3)
    void allMetricsAreWellFormed() {
        // Given requests that create meters
        RunningService.send(service.post("profile=preview", TestMedia.mpeg2()).build(), BodyHandlers.discarding());
        RunningService.get(service.api("/live/demo/master.m3u8"));
        RunningService.get(service.api("/api/v1/receivers"));
        RunningService.get(service.api("/nowhere"));

        String metrics = metrics("text/plain").body();

        assertThat(metrics).contains("process_cpu_seconds_total ", "http_server_active_connections{");
        assertThat(PrometheusTextFormat.violationsIn(metrics)).isEmpty();
        CommandLineTool.run("prometheus", metrics, List.of("promtool", "check", "metrics"));
    }

    private static Stream<String> labels(String matchers) {
        return matchers == null
                ? Stream.of("")
                : MATCHER.matcher(matchers)
                        .results()
                        .flatMap(matcher -> Stream.of(matcher.group("values").split("\\|"))
                                .map(value -> matcher.group("label") + "=\"" + value + "\""));
    }

    private static HttpResponse<String> metrics(String accept) {
        HttpRequest request = HttpRequest.newBuilder(service.management("/metrics"))
                .header("Accept", accept)
                .build();
        return RunningService.send(request, BodyHandlers.ofString());
    }
}
