package io.xg2g.gpu;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Sampling of the GPUs: utilization, memory, temperature, power. */
@ConfigMapping(prefix = "xg2g.gpu.stats")
public interface GpuStatsConfig {

    /** Whether GPUs are sampled. If not, units are placed by free slots only. */
    @WithDefault("true")
    boolean enabled();

    /** Sampling interval: 1s to 1h. */
    @WithDefault("5s")
    Duration interval();

    /** Time limit of one sample: 100ms to 1m. Until a GPU has been sampled it is at least 10s. */
    @WithDefault("2s")
    Duration timeout();

    /**
     * NVIDIA's management library: a name, which the dynamic linker resolves once NVIDIA's driver is loaded, or an absolute
     * path, which is used once the file exists.
     */
    @WithDefault("libnvidia-ml.so.1")
    String nvmlLibrary();
}
