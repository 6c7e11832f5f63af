package io.xg2g.bus;

import io.xg2g.config.ConfigBounds;
import java.time.Duration;

/** Checked form of {@link BusConfig}. */
record BusSettings(int buffer, int handlers, Duration drainTimeout) {

    static BusSettings of(BusConfig config) {
        return new BusSettings(
                (int) ConfigBounds.number("xg2g.bus.buffer", config.buffer(), 1, 1_000_000),
                (int) ConfigBounds.number("xg2g.bus.handlers", config.handlers(), 1, 10_000),
                ConfigBounds.duration(
                        "xg2g.bus.drain-timeout", config.drainTimeout(), Duration.ZERO, Duration.ofHours(1)));
    }
}
