package io.xg2g.dispatch;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** Encoding on the CPU, which is one of the devices. */
@ConfigMapping(prefix = "xg2g.gpu.software")
public interface SoftwareConfig {

    /**
     * When units are encoded on the CPU: {@code auto} (when no GPU is healthy; in a gateway of a cluster never), {@code never}, or
     * {@code only} (GPUs are not used).
     */
    @WithDefault("auto")
    Policy policy();

    /**
     * Maximum number of units that the CPU encodes at once, 1 to 64. {@code auto}: as many as it transcodes in real time
     * according to the start-up probe, but no more than half of {@code xg2g.gpu.queue.workers}; and as many additional slots for
     * units of live channels, whose processes have a higher scheduling priority. The sum is at most
     * {@code xg2g.gpu.queue.workers}.
     */
    @WithDefault("auto")
    String slots();

    /** When the CPU encodes. */
    enum Policy {
        AUTO,
        NEVER,
        ONLY
    }
}
