package io.xg2g.bus;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** In-process message bus. */
@ConfigMapping(prefix = "xg2g.bus")
public interface BusConfig {

    /**
     * Capacity of a topic's ring buffer for each priority in use; publishers block while the slowest subscriber lags behind by
     * this many messages: 1 to 1000000.
     */
    @WithDefault("1000")
    int buffer();

    /** Maximum number of handlers that run at once, all topics together: 1 to 10000. */
    @WithDefault("100")
    int handlers();

    /** Maximum time for handling the accepted messages at shutdown: 0s to 1h. */
    @WithDefault("10s")
    Duration drainTimeout();
}
