package io.xg2g.bus;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** The message bus inside the process. */
@ConfigMapping(prefix = "xg2g.bus")
public interface BusConfig {

    /**
     * How many messages a topic keeps, for each priority in use, that a subscriber has not yet taken; with more, publishers
     * wait: 1 to 1000000.
     */
    @WithDefault("1000")
    int buffer();

    /** How many handlers run at once, of all topics together: 1 to 10000. */
    @WithDefault("100")
    int handlers();

    /** How long messages that were accepted may take to be handled when the program ends: 0s to 1h. */
    @WithDefault("10s")
    Duration drainTimeout();
}
