package io.xg2g.ops;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.runtime.configuration.ConfigurationException;
import io.xg2g.ffmpeg.Codec;
import io.xg2g.ffmpeg.DeviceReport;
import io.xg2g.gpu.Device;
import io.xg2g.gpu.Vendor;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.junit.jupiter.api.Test;

class CheckReportTest {
    private static final DeviceReport SOFTWARE = new DeviceReport(
            Device.SOFTWARE,
            Map.of(Codec.H264, new DeviceReport.EncoderReport("libx264", 1.94)),
            Map.of("libx265", "it failed"),
            0);
    private static final DeviceReport INTEL = new DeviceReport(
            new Device("renderD128", Vendor.INTEL, "Intel GPU", 0, "/dev/dri/renderD128"),
            Map.of(),
            Map.of("h264_vaapi", "No VA display found"),
            0);

    @Test
    void aDeviceIsListedWithItsEncodersAndTheReasonsForRejections() {
        var report = new CheckReport(
                "8.1.2",
                Optional.of("it is old"),
                "without network",
                "1024 allowed",
                List.of(INTEL, SOFTWARE),
                List.of(HealthCheckResponse.up("disk")));

        assertThat(report.isReady()).isTrue();
        assertThat(report.lines())
                .containsExactly(
                        "configuration: no problem",
                        "ffmpeg: 8.1.2",
                        "  warning: it is old",
                        "child processes: without network",
                        "file descriptors: 1024 allowed",
                        "device renderD128 (Intel GPU): no encoder works on it",
                        "  h264_vaapi: No VA display found",
                        "device software (software encoding)",
                        "  libx264: works, 1.9 times real time",
                        "  libx265: it failed",
                        "disk: ready",
                        "The service can start.");
    }

    @Test
    void missingReadinessIsReported() {
        HealthCheckResponse full = HealthCheckResponse.named("disk")
                .withData("reason", "3 MB free")
                .down()
                .build();

        var report = new CheckReport(
                "",
                Optional.empty(),
                "with network",
                "1024 allowed",
                List.of(),
                List.of(HealthCheckResponse.up("devices"), full));

        assertThat(report.isReady()).isFalse();
        assertThat(report.lines())
                .contains("ffmpeg: not usable", "disk: NOT READY", "  reason: 3 MB free")
                .endsWith("The service cannot start, or would not be ready.");
    }

    @Test
    void aFailedStartIsReportedWithItsCause() {
        var reason = new ConfigurationException("xg2g.shutdown-grace is 2h; allowed is 0s to 1h");
        var failure = new RuntimeException("Failed to start quarkus", new RuntimeException(reason));

        assertThat(CheckReport.ofFailure(failure))
                .containsExactly("The program does not start:", "  xg2g.shutdown-grace is 2h; allowed is 0s to 1h");
    }
}
