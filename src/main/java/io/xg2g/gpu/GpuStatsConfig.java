package io.xg2g.gpu;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Looking at the GPUs: how busy they are, and how well. */
@ConfigMapping(prefix = "xg2g.gpu.stats")
public interface GpuStatsConfig {

    /** Whether the GPUs are looked at. Without it units are placed by free slots alone. */
    @WithDefault("true")
    boolean enabled();

    /** How often they are looked at: 1s to 1h. */
    @WithDefault("5s")
    Duration interval();

    /** How long one look may take: 100ms to 1m. It is ten seconds at least until a GPU was seen. */
    @WithDefault("2s")
    Duration timeout();

    /**
     * NVIDIA's management library: a name, which is looked for where libraries lie as soon as NVIDIA's driver is loaded;
     * or an absolute path, which is used as soon as there is such a file.
     */
    @WithDefault("libnvidia-ml.so.1")
    String nvmlLibrary();
}
