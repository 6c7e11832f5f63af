package io.xg2g.transcode;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** The transcode API. */
@ConfigMapping(prefix = "xg2g.transcode")
public interface TranscodeConfig {

    /** The largest body that is taken, 1 byte to 1T. */
    @WithDefault("64M")
    MemorySize maxBody();

    /** A request whose body brings no byte for this long is ended: 100ms to 1h. */
    @WithDefault("15s")
    Duration bodyTimeout();

    /** How long the results of asynchronous requests are kept after their end: 1s to 7d. */
    @WithDefault("10m")
    Duration keep();

    /**
     * How many bytes of finished renditions are kept; over it, the oldest results of the client that holds the most go first: 0
     * to 16T.
     */
    @WithDefault("2G")
    MemorySize keepBytes();
}
