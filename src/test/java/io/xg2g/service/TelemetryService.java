package io.xg2g.service;

import io.xg2g.gpu.FakeNvml;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** The service that the tests of telemetry share: it samples a stub of NVIDIA's library, and has low limits for replays. */
final class TelemetryService {
    /** Exists until the JVM ends, as the service may. */
    static final FakeNvml NVML = FakeNvml.compile(directory());

    static final Map<String, String> CONFIGURATION = Map.of(
            "xg2g.gpu.stats.interval", "1s",
            "xg2g.gpu.stats.nvml-library", NVML.path(),
            "xg2g.telemetry.max-replays", "2",
            "xg2g.telemetry.max-replay-bytes", "1M");

    private TelemetryService() {}

    private static Path directory() {
        try {
            return Files.createTempDirectory(Files.createDirectories(Path.of("target", "nvml")), "library");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
