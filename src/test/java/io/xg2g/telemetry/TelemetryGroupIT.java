package io.xg2g.telemetry;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.Response;
import io.xg2g.bus.Bus;
import io.xg2g.bus.BusStats;
import io.xg2g.bus.Message;
import io.xg2g.schedule.Patience;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Ten streamers, and ten collectors in one group, in the running service. */
@QuarkusTest
@TestProfile(TelemetryGroupIT.OwnDirectory.class)
class TelemetryGroupIT {
    private static final int STREAMERS = 10;
    private static final int COLLECTORS = 10;

    // 2,470 rows: 13 GPUs, 10 metrics each, 19 samples.
    private static final int GPUS = 13;
    private static final int LOOKS = 19;
    private static final int ROWS = GPUS * LOOKS * DcgmCsv.METRICS.size();

    private static final String METRIC = "DCGM_FI_DEV_ENC_UTIL";

    /** A separate work directory. */
    public static class OwnDirectory implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("xg2g.ffmpeg.work-dir", "target/telemetry-group");
        }
    }

    @Inject
    Bus bus;

    @Inject
    ObjectMapper mapper;

    @Inject
    TelemetryRepository repository;

    @Inject
    TelemetryMetrics metrics;

    @Test
    @Tag("nightly")
    void eachPointIsStoredOnceAndServedByTimeRange() {
        // Given the service's own collector and nine more
        IntStream.range(1, COLLECTORS)
                .forEach(_ -> new TelemetryCollector(bus, mapper, repository, metrics).subscribe());
        assertThat(bus.stats(TelemetryCollector.REPLAYED).subscribers()).isEqualTo(COLLECTORS);

        // When
        List<CompletableFuture<String>> streamers = IntStream.range(0, STREAMERS)
                .mapToObj(host -> CompletableFuture.supplyAsync(() -> startReplay(host), Thread::startVirtualThread))
                .toList();
        List<String> replays = streamers.stream().map(CompletableFuture::join).toList();

        // Then
        await().atMost(Patience.seconds(60))
                .untilAsserted(() -> replays.forEach(replay -> {
                    Response state = given().get(replay);
                    assertThat(state.path("state").toString()).isEqualTo("finished");
                    assertThat(state.<Integer>path("rows")).isEqualTo(ROWS);
                    assertThat(state.<Integer>path("badRows")).isZero();
                }));
        await().atMost(Patience.seconds(60))
                .untilAsserted(() -> assertThat(bus.stats(TelemetryCollector.REPLAYED))
                        .returns((long) STREAMERS * ROWS, BusStats::published)
                        .returns((long) STREAMERS * ROWS, BusStats::delivered)
                        .returns(0L, BusStats::errors));
        assertThat(repository.series().stream()
                        .filter(series -> series.key().origin() == Origin.REPLAY)
                        .mapToInt(StoredSeries::points)
                        .sum())
                .isEqualTo(STREAMERS * ROWS);
        for (int host = 0; host < STREAMERS; host++) {
            assertWindows(host);
        }
        aDuplicateMessageChangesNothing();
    }

    private static String startReplay(int host) {
        return given().contentType("text/csv")
                .body(DcgmCsv.export(host, GPUS, LOOKS))
                .post("/api/v1/telemetry/replays?speed=max")
                .then()
                .statusCode(201)
                .extract()
                .header("Location");
    }

    private static void assertWindows(int host) {
        int gpu = host % GPUS;
        Instant third = DcgmCsv.START.plus(DcgmCsv.INTERVAL.multipliedBy(2));
        Instant fifth = DcgmCsv.START.plus(DcgmCsv.INTERVAL.multipliedBy(4));

        // All points, in order and with their values
        Response all = window(host, gpu, null, null);
        assertThat(all.jsonPath().getList("points.value", Double.class))
                .isEqualTo(IntStream.range(0, LOOKS)
                        .mapToObj(look -> DcgmCsv.value(METRIC, gpu, look))
                        .toList());
        // The start is inclusive and the end exclusive
        assertThat(times(window(host, gpu, third, fifth))).containsExactly(third, third.plus(DcgmCsv.INTERVAL));
        assertThat(times(window(host, gpu, third.plusNanos(1), fifth.plusNanos(1))))
                .containsExactly(third.plus(DcgmCsv.INTERVAL), fifth);
        assertThat(times(window(host, gpu, third, third))).isEmpty();
    }

    private static Response window(int host, int gpu, Instant start, Instant end) {
        var request = given().queryParam("metric", METRIC);
        if (start != null) {
            request.queryParam("start_time", start.toString()).queryParam("end_time", end.toString());
        }
        Response response = request.get("/api/v1/gpus/" + DcgmCsv.uuid(host, gpu) + "/telemetry");
        response.then().statusCode(200);
        return response;
    }

    private static List<Instant> times(Response window) {
        return window.jsonPath().getList("points.time", String.class).stream()
                .map(Instant::parse)
                .toList();
    }

    private void aDuplicateMessageChangesNothing() {
        TelemetryPoint known = new TelemetryPoint(
                DcgmCsv.uuid(0, 0),
                "NVIDIA H100 80GB HBM3",
                "host-0",
                METRIC,
                DcgmCsv.START,
                DcgmCsv.value(METRIC, 0, 0),
                Origin.REPLAY);
        List<StoredSeries> before = repository.series(known.gpu());
        long delivered = bus.stats(TelemetryCollector.REPLAYED).delivered();
        try {
            bus.publish(Message.json(TelemetryCollector.REPLAYED, known, mapper));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        await().atMost(Patience.seconds(30))
                .until(() -> bus.stats(TelemetryCollector.REPLAYED).delivered() > delivered);
        assertThat(repository.series(known.gpu())).isEqualTo(before);
    }
}
