package io.xg2g.camera;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;

/** Settings of all cameras. */
@ConfigMapping(prefix = "xg2g.camera")
public interface CameraConfig {

    /** Number of workers that deliver frames to stores and brokers: 1 to 256, or {@code auto} for two per processor. */
    @WithDefault("auto")
    String workers();

    /**
     * Number of frames that wait for delivery, all cameras together: 1 to 100000, or {@code auto} for 100 per camera. Each
     * camera has the same share, at least one frame; beyond it its oldest frame is dropped.
     */
    @WithDefault("auto")
    String buffer();

    /** Maximum size of the waiting frames of one camera: 1M to 1G. Beyond it its oldest frame is dropped. */
    @WithDefault("6M")
    MemorySize bufferBytes();

    /** Maximum number of frames of one camera that are in delivery at once: 1 to 1000. */
    @WithDefault("16")
    int inFlight();

    /**
     * Time without a frame after which a camera counts as lost and is opened again: 1s to 5m. The first frame may take twice as long; a
     * camera with a low fps has the time of three frames.
     */
    @WithDefault("10s")
    Duration frameTimeout();

    /** Time for which all frames have the same content after which a camera is reported as frozen: 0s to 1h; 0s is never. */
    @WithDefault("3s")
    Duration frozenAfter();

    /** File of the cameras that were added by the API. */
    @WithDefault("${xg2g.data-dir}/cameras.json")
    Path camerasFile();
}
