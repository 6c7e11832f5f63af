package io.xg2g.events;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Recent events. */
@ConfigMapping(prefix = "xg2g.events")
public interface EventsConfig {

    /** Retention time of events: 1m to 8784h. */
    @WithDefault("168h")
    Duration keep();

    /** Maximum number of events; above it, the oldest ones are removed: 100 to 1000000. */
    @WithDefault("10000")
    int maxItems();

    /** Maximum size of the files of the events in the data directory: 1M to 16G. */
    @WithDefault("32M")
    MemorySize maxBytes();
}
