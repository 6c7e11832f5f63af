package io.xg2g.dispatch;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** The queue in front of the GPU slots. */
@ConfigMapping(prefix = "xg2g.gpu.queue")
public interface QueueConfig {

    /** Maximum number of waiting requests, all levels together: 1 to 100000. */
    @WithDefault("100")
    int size();

    /**
     * GPU slots: maximum number of units that run at once, 1 to 64; {@code auto}: as many as the start-up probe measured that
     * the devices transcode in real time.
     */
    @WithDefault("4")
    String workers();

    /** Maximum wait; a request that reaches it is rejected: 100ms to 1h. */
    @WithDefault("30s")
    Duration maxWait();

    /**
     * Round-robin between the clients of a level, first in, first out for each client, also between jobs; {@code false}: one FIFO
     * for each level.
     */
    @WithDefault("true")
    boolean fair();
}
