package io.xg2g.telemetry;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Storage of GPU metrics, and replay of recordings. */
@ConfigMapping(prefix = "xg2g.telemetry")
public interface TelemetryConfig {

    /** Points stored for each series, the latest ones: 1 to 10000000. 17280 is a day at intervals of 5 s. */
    @WithDefault("17280")
    int points();

    /**
     * Maximum number of series (one for each GPU, metric, origin and host): 1 to 1000000. Beyond it, the least recently
     * written replayed series is evicted, and a live one only if there is no replayed one.
     */
    @WithDefault("10000")
    int maxSeries();

    /** Maximum memory of all series: 1M to 1T. Beyond it, series are evicted as beyond {@code max-series}. */
    @WithDefault("256M")
    MemorySize memory();

    /** Maximum number of concurrent replays: 0 to 1000. */
    @WithDefault("16")
    int maxReplays();

    /** Maximum size of a recording: 1 byte to 16T. */
    @WithDefault("4G")
    MemorySize maxReplayBytes();

    /** Maximum time without a byte while a recording is uploaded, after which it is refused: 100ms to 1h. */
    @WithDefault("15s")
    Duration replayTimeout();
}
