package io.xg2g.transcode;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Transcode API. */
@ConfigMapping(prefix = "xg2g.transcode")
public interface TranscodeConfig {

    /** Maximum size of a body: 1 byte to 1T. */
    @WithDefault("64M")
    MemorySize maxBody();

    /** Idle timeout of a body; a request whose body stalls for this long is refused: 100ms to 1h. */
    @WithDefault("15s")
    Duration bodyTimeout();

    /** Retention time of the results of asynchronous requests, from their end: 1s to 7d. */
    @WithDefault("10m")
    Duration keep();

    /**
     * Maximum total size of retained renditions; above it, the oldest results of the client with the largest total are removed first:
     * 0 to 16T.
     */
    @WithDefault("2G")
    MemorySize keepBytes();
}
