package io.xg2g.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.xg2g.gpu.FakeNvml;
import io.xg2g.schedule.Patience;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged service with a stub of NVIDIA's library, and with faulty drivers. */
class GpuTelemetryIT {
    private static final String UTILIZATION = "xg2g_gpu_utilization_percent";
    private static final String ENCODER = "engine=\"encoder\"";
    private static final String L4 = "gpu=\"" + FakeNvml.L4 + "\"";
    private static final Duration LONG = Patience.seconds(60);

    @TempDir
    Path directory;

    private RunningService service;

    @AfterEach
    void end() {
        service.close();
    }

    @Test
    void gpusAreSampledLostAndSampledAgain() {
        FakeNvml nvml = FakeNvml.compile(directory.resolve("lib"));
        start(nvml.path());
        // A busy machine may be late with a sample, and a scrape may come between the metrics of one.
        await().atMost(LONG).untilAsserted(() -> {
            String metrics = metrics();
            assertThat(RunningService.metricOf(metrics, UTILIZATION, L4, ENCODER))
                    .isEqualTo(64);
            assertThat(RunningService.metricOf(metrics, "xg2g_vram_usage_bytes", L4))
                    .isEqualTo(3.5e9);
            assertThat(RunningService.metricOf(metrics, "xg2g_gpu_encoder_sessions", L4))
                    .isEqualTo(2);
        });
        await().atMost(LONG)
                .untilAsserted(() -> assertThat(readiness())
                        .contains("\"sampler nvidia\": \"closed\"")
                        .contains("\"" + FakeNvml.L4 + "\": \"seen\""));

        nvml.set("lost 0 xids 3");
        await().atMost(LONG).until(() -> service.metric("xg2g_gpu_xid_errors_total", L4, "xid=\"79\"") == 3);
        await().atMost(LONG).until(() -> readiness().contains("\"" + FakeNvml.L4 + "\": \"stale"));
        await().atMost(LONG).until(() -> !metrics().contains(UTILIZATION + "{engine=\"encoder\"," + L4));
        assertThat(service.metric("xg2g_gpu_last_sample_age_seconds", L4)).isGreaterThan(1);

        nvml.set("xids 3 encoder 10");
        await().atMost(LONG).until(() -> service.metric(UTILIZATION, L4, ENCODER) == 10);
        assertThat(service.log()).doesNotContain("restricted method", "native access");
    }

    @Test
    @Tag("nightly")
    void aHangingLibraryIsReported() {
        hangingLibrary();
    }

    /** The breaker permits the next sample after half a minute. */
    @Test
    @Tag("nightly")
    void aHangingLibraryRecovers() {
        FakeNvml nvml = hangingLibrary();

        nvml.set("encoder 11");

        await().atMost(Patience.seconds(120)).until(() -> service.metric(UTILIZATION, L4, ENCODER) == 11);
        assertThat(failures("timeout")).isEqualTo(1);
    }

    private FakeNvml hangingLibrary() {
        FakeNvml nvml = FakeNvml.compile(directory.resolve("lib"));
        start(nvml.path());
        await().atMost(LONG).until(() -> service.metric(UTILIZATION, L4, ENCODER) == 64);

        nvml.set("hang 1");
        await().atMost(LONG).until(() -> failures("timeout") == 1 && failures("hanging") >= 2);
        assertThat(readiness())
                .contains("open: the previous call has not returned")
                .contains("\"status\": \"UP\"");
        return nvml;
    }

    @Test
    @Tag("nightly")
    void aLibraryThatCrashesOnLoadCrashesItsSelfTestOnly() {
        FakeNvml nvml = FakeNvml.compile(directory.resolve("lib"), "CRASH_ON_LOAD");
        start(nvml.path());

        await().atMost(LONG).until(() -> service.log().contains("NVML failed its self-test, nvidia-smi is used"));
        await().atMost(LONG).until(() -> readiness().contains("\"sampler nvidia\""));
        assertThat(service.process().isAlive()).isTrue();
        assertThat(RunningService.get(service.management("/readyz")).statusCode())
                .isEqualTo(200);
    }

    private void start(String library) {
        service = RunningService.start(
                directory.resolve("work"),
                Map.of(
                        "xg2g.gpu.stats.interval",
                        "1s",
                        "xg2g.gpu.stats.timeout",
                        Patience.setting(1),
                        "xg2g.gpu.stats.nvml-library",
                        library));
    }

    private double failures(String reason) {
        return service.metric("xg2g_gpu_sampler_failures_total", "sampler=\"nvidia\"", "reason=\"" + reason + "\"");
    }

    private String readiness() {
        return RunningService.get(service.management("/readyz")).body();
    }

    private String metrics() {
        return RunningService.get(service.management("/metrics")).body();
    }
}
