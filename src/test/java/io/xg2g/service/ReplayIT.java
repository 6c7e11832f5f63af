package io.xg2g.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonObject;
import io.xg2g.schedule.Patience;
import io.xg2g.telemetry.DcgmCsv;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Replays by the packaged service. */
@ExtendWith(Services.Resolver.class)
class ReplayIT {
    private static final Duration LONG = Patience.seconds(60);
    private static final String ONE_ROW = DcgmCsv.export(1, 1, 1)
            .lines()
            .limit(2)
            .reduce((a, b) -> a + "\n" + b)
            .orElseThrow();

    @TempDir
    static Path temp;

    private static RunningService service;
    private static TelemetryClient client;

    @BeforeAll
    static void start(Services services) {
        service = services.shared(TelemetryService.CONFIGURATION);
        client = new TelemetryClient(service);
        deleteReplays();
    }

    private static void deleteReplays() {
        client.replays().forEach(replay -> client.delete(path(replay)));
    }

    @AfterEach
    void nothingIsLeft() {
        deleteReplays();
        await().atMost(LONG)
                .until(() -> service.remainingFiles().isEmpty() && service.metric("xg2g_telemetry_replays") == 0);
    }

    @Test
    void aBadRowIsCountedAndTheRestIsPublished() {
        // Given
        List<String> lines = new ArrayList<>(DcgmCsv.export(2, 2, 10).lines().toList());
        lines.set(10, lines.get(10) + "\"");
        lines.set(100, "nonsense");

        // When
        String replay = client.replay("speed=max", String.join("\n", lines));

        // Then
        await().atMost(LONG).until(() -> client.state(replay).getString("state").equals("finished"));
        JsonObject state = client.state(replay);
        assertThat(state.getInteger("rows")).isEqualTo(198);
        assertThat(state.getInteger("badRows")).isEqualTo(2);
        assertThat(state.getJsonArray("firstBadRows").stream().map(row -> ((JsonObject) row).getInteger("line")))
                .containsExactly(11, 101);
        assertThat(state.getString("endedAt")).isNotNull();

        // And it can be deleted
        assertThat(client.delete(replay)).isEqualTo(204);
        assertThat(client.get(replay).statusCode()).isEqualTo(404);
    }

    @Test
    void aLoopIsPublishedWithCurrentTimesUntilItIsStopped() {
        // Given
        Instant before = Instant.now();
        String replay = client.replay("rate=1000&loop=true", DcgmCsv.export(3, 1, 2));

        // When
        await().atMost(LONG).until(() -> client.state(replay).getInteger("passes") >= 3);
        assertThat(client.state(replay).getString("state")).isEqualTo("running");
        assertThat(client.delete(replay)).isEqualTo(204);

        // Then
        assertThat(client.state(replay).getString("state")).isEqualTo("stopped");
        // They are stored a moment after they were published.
        List<JsonObject> points = await().atMost(LONG)
                .until(
                        () -> client.points(DcgmCsv.uuid(3, 0), "metric=DCGM_FI_DEV_GPU_UTIL"),
                        stored -> stored.size() >= 6);
        assertThat(points)
                .allMatch(point -> !Instant.parse(point.getString("time")).isBefore(before));
    }

    @Test
    void aReplayAtRecordedSpeedCanBeStopped() {
        String replay = client.replay("", DcgmCsv.export(4, 1, 200));
        await().atMost(LONG).until(() -> client.state(replay).getInteger("rows") >= DcgmCsv.METRICS.size());
        JsonObject state = client.state(replay);
        assertThat(state.getDouble("speed")).isEqualTo(1);
        assertThat(state.getBoolean("retime")).isFalse();
        assertThat(client.delete(replay)).isEqualTo(204);
        assertThat(client.state(replay).getString("state")).isEqualTo("stopped");
    }

    @Test
    void concurrentReplaysAreLimited() {
        String first = client.replay("", DcgmCsv.export(5, 1, 200));
        client.replay("", DcgmCsv.export(6, 1, 200));
        assertThat(service.metric("xg2g_telemetry_replays")).isEqualTo(2);

        assertProblem(client.postReplay("", "text/csv", ONE_ROW), 409, "conflict", "xg2g.telemetry.max-replays");

        // A permit is free as soon as one is stopped
        client.delete(first);
        client.replay("", ONE_ROW);
        assertThat(client.replays()).hasSize(3);
    }

    @Test
    void anotherFileIsRefusedWithTheExpectedColumns() {
        assertProblem(client.postReplay("", "text/csv", "a,b\n1,2\n"), 400, "invalid-request", "lacks timestamp");
        assertProblem(
                client.postReplay("", "text/csv", DcgmCsv.HEADER + ",more\n"), 400, "invalid-request", "has more");
        assertProblem(client.postReplay("", "text/csv", ""), 400, "invalid-request", "empty");
        assertThat(client.replays()).isEmpty();
    }

    @Test
    void aBodyThatIsTooLargeOrOfAnotherTypeIsRefused() {
        assertProblem(
                client.postReplay("", "text/csv", "x".repeat(2 << 20)),
                413,
                "too-large",
                "xg2g.telemetry.max-replay-bytes");
        assertProblem(client.postReplay("", "application/json", "{}"), 415, "unsupported-type", "text/csv");
    }

    @ParameterizedTest
    @ValueSource(strings = {"speed=fast", "speed=-1", "rate=0", "speed=1&rate=1", "loop=yes", "retime=1"})
    void aParameterThatIsNotAllowedIsRefused(String query) {
        assertProblem(client.postReplay(query, "text/csv", ONE_ROW), 400, "invalid-request", "");
    }

    @Test
    void anUnknownReplayIsNotFound() {
        assertThat(client.get(TelemetryClient.REPLAYS + "/x").statusCode()).isEqualTo(404);
        assertThat(client.delete(TelemetryClient.REPLAYS + "/x")).isEqualTo(404);
    }

    @Test
    void shutdownEndsReplaysAndEvents() throws Exception {
        // Given a service with a long grace time
        try (RunningService other = RunningService.start(temp.resolve("other"), Map.of("xg2g.shutdown-grace", "10m"))) {
            TelemetryClient its = new TelemetryClient(other);
            String replay = its.replay("", DcgmCsv.export(8, 1, 200));
            await().atMost(LONG).until(() -> its.state(replay).getInteger("rows") > 0);
            await().atMost(LONG)
                    .until(() -> its.get("/api/v1/gpus/" + DcgmCsv.uuid(8, 0)).statusCode() == 200);
            HttpResponse<InputStream> events = RunningService.send(
                    HttpRequest.newBuilder(other.api("/api/v1/gpus/" + DcgmCsv.uuid(8, 0) + "/telemetry/events"))
                            .build(),
                    HttpResponse.BodyHandlers.ofInputStream());
            assertThat(events.statusCode()).isEqualTo(200);

            // When
            other.process().destroy();

            // Then
            assertThat(other.process().waitFor(LONG.toSeconds(), TimeUnit.SECONDS))
                    .isTrue();
            assertThat(other.remainingFiles()).isEmpty();
            assertThat(other.log()).doesNotContain("replay failed", "unexpectedly");
        }
    }

    private static String path(JsonObject replay) {
        return TelemetryClient.REPLAYS + "/" + replay.getString("id");
    }

    private static void assertProblem(HttpResponse<String> answer, int status, String code, String detail) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        JsonObject problem = new JsonObject(answer.body());
        assertThat(problem.getString("code")).isEqualTo(code);
        assertThat(problem.getString("detail")).contains(detail);
    }
}
