package io.xg2g.dispatch;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** The queue in front of the GPU slots. */
@ConfigMapping(prefix = "xg2g.gpu.queue")
public interface QueueConfig {

    /** How many requests may wait, in all levels together: 1 to 100000. */
    @WithDefault("100")
    int size();

    /**
     * GPU slots: how many requests run at once, 1 to 64; {@code auto} is what the start-up probe found the devices can
     * carry.
     */
    @WithDefault("4")
    String workers();

    /** A request that has waited this long is turned away: 100ms to 1h. */
    @WithDefault("30s")
    Duration maxWait();

    /** Within one level clients take turns, first in first out for each; {@code false}: one FIFO for the level. */
    @WithDefault("true")
    boolean fair();

    /** Who holds the queue: {@code local}, this process. */
    @WithDefault("local")
    Backend backend();

    /** Who can hold the queue. */
    enum Backend {
        LOCAL
    }
}
