package io.xg2g.camera;

import io.xg2g.config.ConfigBounds;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalInt;

/** Validated form of {@link CameraConfig}. */
@Singleton
class CameraSettings {
    private static final String PREFIX = "xg2g.camera.";
    private static final int WORKERS_PER_PROCESSOR = 2;
    private static final int FRAMES_PER_CAMERA = 100;

    private final int workers;
    private final OptionalInt buffer;
    private final long bufferBytes;
    private final int inFlight;
    private final Duration frameTimeout;
    private final Duration frozenAfter;
    private final Path file;

    CameraSettings(CameraConfig config) {
        workers = ConfigBounds.countOrAuto(PREFIX + "workers", config.workers(), 256)
                .orElseGet(() -> WORKERS_PER_PROCESSOR * Runtime.getRuntime().availableProcessors());
        buffer = ConfigBounds.countOrAuto(PREFIX + "buffer", config.buffer(), 100_000);
        bufferBytes = ConfigBounds.number(
                PREFIX + "buffer-bytes", config.bufferBytes().asLongValue(), 1L << 20, 1L << 30);
        inFlight = (int) ConfigBounds.number(PREFIX + "in-flight", config.inFlight(), 1, 1000);
        frameTimeout = ConfigBounds.duration(
                PREFIX + "frame-timeout", config.frameTimeout(), Duration.ofSeconds(1), Duration.ofMinutes(5));
        frozenAfter = ConfigBounds.duration(
                PREFIX + "frozen-after", config.frozenAfter(), Duration.ZERO, Duration.ofHours(1));
        file = config.camerasFile();
    }

    int workers() {
        return workers;
    }

    /** Returns the number of frames that wait at most, all cameras together. */
    int buffer(int cameras) {
        return buffer.orElse(FRAMES_PER_CAMERA * cameras);
    }

    long bufferBytes() {
        return bufferBytes;
    }

    int inFlight() {
        return inFlight;
    }

    Duration frameTimeout() {
        return frameTimeout;
    }

    Duration frozenAfter() {
        return frozenAfter;
    }

    Path file() {
        return file;
    }
}
