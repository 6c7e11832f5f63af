package io.xg2g.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonObject;
import io.xg2g.gpu.FakeNvml;
import io.xg2g.schedule.Patience;
import io.xg2g.telemetry.DcgmCsv;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** GPU samples in the packaged service, with a stub of NVIDIA's library and with a recording. */
@ExtendWith(Services.Resolver.class)
class TelemetryIT {
    private static final Duration LONG = Patience.seconds(60);
    private static final String RECORDED = DcgmCsv.uuid(7, 0);
    private static final int LOOKS = 60;

    private static RunningService service;
    private static TelemetryClient client;

    @BeforeAll
    static void start(Services services) {
        service = services.shared(TelemetryService.CONFIGURATION);
        client = new TelemetryClient(service);
        String replay = client.replay("speed=max", DcgmCsv.export(7, 1, LOOKS));
        await().atMost(LONG).until(() -> client.state(replay).getString("state").equals("finished"));
        await().atMost(LONG).until(() -> client.points(RECORDED, "").size() == LOOKS * DcgmCsv.METRICS.size());
        await().atMost(LONG)
                .until(() -> client.gpu(FakeNvml.L4)
                        .filter(gpu -> gpu.containsKey("sampledAt"))
                        .isPresent());
    }

    @Test
    void aLocalGpuIsListedWithItsValuesAndSessions() {
        // A busy machine may be late with a sample.
        JsonObject gpu = await().atMost(LONG)
                .until(() -> client.gpu(FakeNvml.L4).orElseThrow(), listed -> !listed.getBoolean("stale"));
        assertThat(gpu.getString("source")).isEqualTo("live");
        assertThat(gpu.getString("vendor")).isEqualTo("nvidia");
        assertThat(gpu.getJsonObject("values").getDouble("encoder_utilization_percent"))
                .isBetween(0.0, 100.0);
        assertThat(gpu.getJsonArray("encoderSessions")).hasSize(2);
        assertThat(gpu.getJsonArray("encoders")).isEmpty();
        assertThat(TelemetryClient.ok(client.get("/api/v1/gpus/" + FakeNvml.L4)).getString("id"))
                .isEqualTo(FakeNvml.L4);
    }

    @Test
    void aReplayedGpuIsMarkedAndGetsNoUnits() {
        JsonObject gpu = client.gpu(RECORDED).orElseThrow();
        assertThat(gpu.getString("source")).isEqualTo("replay");
        assertThat(gpu.getString("name")).isEqualTo("NVIDIA H100 80GB HBM3");
        assertThat(gpu.getString("host")).isEqualTo("host-7");
        assertThat(gpu.containsKey("stale")).isFalse();
        assertThat(gpu.getJsonObject("values").getDouble("DCGM_FI_DEV_GPU_UTIL"))
                .isEqualTo(DcgmCsv.value("DCGM_FI_DEV_GPU_UTIL", 0, LOOKS - 1));
        assertThat(client.get("/api/v1/queue").body()).contains("software").doesNotContain(RECORDED);
        assertThat(RunningService.get(service.management("/metrics")).body()).doesNotContain(RECORDED);
        assertThat(RunningService.get(service.management("/readyz")).body()).doesNotContain(RECORDED);
    }

    @Test
    void samplesAreStoredAndServed() {
        String query = "metric=temperature_celsius&origin=live";
        await().atMost(LONG).until(() -> client.points(FakeNvml.L4, query).size() >= 2);
        assertThat(client.points(FakeNvml.L4, query))
                .allMatch(point -> point.getString("origin").equals("live"))
                .extracting(point -> point.getString("time"))
                .doesNotHaveDuplicates()
                .isSorted();
        assertThat(client.points(FakeNvml.L4, "origin=replay")).isEmpty();
        assertThat(service.metric("xg2g_telemetry_points_total", "origin=\"live\""))
                .isPositive();
        assertThat(service.metric("xg2g_telemetry_series")).isPositive();
        assertThat(service.metric("xg2g_telemetry_memory_bytes")).isPositive();
    }

    @Test
    void theStartOfARangeIsInclusiveAndTheEndExclusive() {
        String window = "metric=DCGM_FI_DEV_GPU_UTIL&start_time=" + DcgmCsv.START.plusSeconds(5) + "&end_time="
                + DcgmCsv.START.plusSeconds(65);
        List<JsonObject> points = client.points(RECORDED, window);
        assertThat(points).hasSize(12);
        assertThat(points.getFirst().getString("time"))
                .isEqualTo(DcgmCsv.START.plusSeconds(5).toString());
        assertThat(points.getLast().getString("time"))
                .isEqualTo(DcgmCsv.START.plusSeconds(60).toString());
    }

    @Test
    void aStepAggregatesPoints() {
        // The recording starts at 20:42:34, 6 s before the end of its first step of 20 s; there is a row every 5 s.
        List<JsonObject> steps = client.points(
                RECORDED, "metric=DCGM_FI_DEV_GPU_UTIL&step=20&end_time=" + DcgmCsv.START.plusSeconds(26));
        assertThat(steps)
                .extracting(step -> step.getString("time"), step -> step.getInteger("count"))
                .containsExactly(tuple("2025-07-18T20:42:20Z", 2), tuple("2025-07-18T20:42:40Z", 4));
        assertThat(steps.getLast().getDouble("min")).isEqualTo(2.5);
        assertThat(steps.getLast().getDouble("mean")).isEqualTo(4.0);
        assertThat(steps.getLast().getDouble("max")).isEqualTo(5.5);
        assertThat(steps.getLast().containsKey("value")).isFalse();
    }

    @Test
    void aLongResponseIsPagedWithLinks() {
        List<Object> paged = new ArrayList<>();
        String path = "/api/v1/gpus/" + RECORDED + "/telemetry?limit=77";
        int pages = 0;
        while (path != null) {
            HttpResponse<String> answer = client.get(path);
            JsonObject page = TelemetryClient.ok(answer);
            page.getJsonArray("points").forEach(paged::add);
            path = page.getString("next");
            pages++;
            assertThat(answer.headers().firstValue("Link").isPresent()).isEqualTo(path != null);
            if (path != null) {
                assertThat(answer.headers().firstValue("Link")).contains("<" + path + ">; rel=\"next\"");
            }
        }
        assertThat(pages).isEqualTo(8);
        assertThat(paged)
                .hasSize(LOOKS * DcgmCsv.METRICS.size())
                .isEqualTo(List.copyOf(client.page(RECORDED, "").getJsonArray("points").stream()
                        .toList()));
    }

    @Test
    void csvIsNotPaged() {
        HttpResponse<String> answer = client.get("/api/v1/gpus/" + RECORDED + "/telemetry", "Accept", "text/csv");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/csv");
        assertThat(answer.body().lines())
                .hasSize(1 + LOOKS * DcgmCsv.METRICS.size())
                .startsWith("time,metric,gpu,host,origin,value");
        assertThat(client.get("/api/v1/gpus/" + RECORDED + "/telemetry", "Accept", "*/*")
                        .headers()
                        .firstValue("Content-Type")
                        .orElseThrow())
                .startsWith("application/json");
        assertThat(client.get("/api/v1/gpus/" + RECORDED + "/telemetry", "Accept", "image/png")
                        .statusCode())
                .isEqualTo(406);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "start_time=yesterday",
                "end_time=1",
                "start_time=2026-01-02T00:00:00Z&end_time=2026-01-01T00:00:00Z",
                "step=0",
                "limit=0",
                "cursor=x",
                "origin=x"
            })
    void invalidParametersAreReported(String query) {
        HttpResponse<String> answer = client.get("/api/v1/gpus/" + RECORDED + "/telemetry?" + query);
        assertThat(answer.statusCode()).isEqualTo(400);
        JsonObject problem = new JsonObject(answer.body());
        assertThat(problem.getString("code")).isEqualTo("invalid-request");
        assertThat(problem.getString("detail"))
                .containsAnyOf("start_time", "end_time", "step", "limit", "cursor", "origin");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/telemetry", "/telemetry/events"})
    void anUnknownGpuIsNotFound(String path) {
        assertThat(client.get("/api/v1/gpus/GPU-nobody" + path).statusCode()).isEqualTo(404);
    }

    @Test
    @Tag("smoke")
    void liveValuesAreSentAsEvents() throws IOException {
        HttpRequest request = HttpRequest.newBuilder(service.api(
                        "/api/v1/gpus/" + FakeNvml.L4 + "/telemetry/events?metric=encoder_utilization_percent"))
                .build();
        HttpResponse<InputStream> events = RunningService.send(request, BodyHandlers.ofInputStream());
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(events.body(), StandardCharsets.UTF_8))) {
            assertThat(value(lines)).isBetween(0.0, 100.0);
            TelemetryService.NVML.set("encoder 23");
            double value = value(lines);
            while (value != 23) {
                value = value(lines);
            }
        }
    }

    /** Value of the next event, which must be of the requested metric. */
    private static double value(BufferedReader lines) throws IOException {
        String line = lines.readLine();
        while (line != null && !line.startsWith("data:")) {
            line = lines.readLine();
        }
        assertThat(line).as("events go on").isNotNull();
        List<?> points = new JsonObject(line.substring("data:".length()))
                .getJsonArray("points")
                .getList();
        assertThat(points).hasSize(1);
        JsonObject point = JsonObject.mapFrom(points.getFirst());
        assertThat(point.getString("metric")).isEqualTo("encoder_utilization_percent");
        return point.getDouble("value");
    }
}
