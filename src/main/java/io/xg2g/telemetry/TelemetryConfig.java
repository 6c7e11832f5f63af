package io.xg2g.telemetry;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** What is kept of the GPUs' measurements, and the replay of recordings. */
@ConfigMapping(prefix = "xg2g.telemetry")
public interface TelemetryConfig {

    /** How many points are kept for each GPU and metric, the latest ones: 1 to 10000000. 17280 is a day at 5 s. */
    @WithDefault("17280")
    int points();

    /**
     * How many series (a GPU's metric each) are kept: 1 to 1000000. Over it, the replayed one that was written least
     * recently goes, and a live one only where there is no replayed one.
     */
    @WithDefault("10000")
    int maxSeries();

    /** How much memory all series may take together: 1M to 1T. Over it, series go as they do over {@code max-series}. */
    @WithDefault("256M")
    MemorySize memory();

    /** How many recordings are replayed at once: 0 to 1000. */
    @WithDefault("16")
    int maxReplays();

    /** The largest recording that is taken, 1 byte to 16T. */
    @WithDefault("4G")
    MemorySize maxReplayBytes();

    /** A recording of which no byte arrives for this long is refused: 100ms to 1h. */
    @WithDefault("15s")
    Duration replayTimeout();
}
