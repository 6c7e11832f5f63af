package io.xg2g.dispatch;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** Encoding on the processor, which is a device like the others. */
@ConfigMapping(prefix = "xg2g.gpu.software")
public interface SoftwareConfig {

    /**
     * When units are encoded in software: {@code auto} when no GPU is healthy, {@code never}, or {@code only} (GPUs are
     * left alone).
     */
    @WithDefault("auto")
    Policy policy();

    /**
     * How many units the processor encodes at once, 1 to 64; {@code auto} is {@code xg2g.gpu.queue.workers} where that is set,
     * and else as many as the start-up probe found it to carry in real time, and as many again for live channels alone, which
     * the kernel lets go first. Together that is never more than {@code xg2g.gpu.queue.workers}.
     */
    @WithDefault("auto")
    String slots();

    /** When software encoding is used. */
    enum Policy {
        AUTO,
        NEVER,
        ONLY
    }
}
