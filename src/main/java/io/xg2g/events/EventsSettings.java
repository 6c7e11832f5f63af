package io.xg2g.events;

import io.xg2g.config.ConfigBounds;
import java.time.Duration;

/** Checked form of {@link EventsConfig}. */
record EventsSettings(Duration keep, int maxItems, long maxBytes) {

    static EventsSettings of(EventsConfig config) {
        return new EventsSettings(
                ConfigBounds.duration("xg2g.events.keep", config.keep(), Duration.ofMinutes(1), Duration.ofDays(366)),
                (int) ConfigBounds.number("xg2g.events.max-items", config.maxItems(), 100, 1_000_000),
                ConfigBounds.number("xg2g.events.max-bytes", config.maxBytes().asLongValue(), 1L << 20, 16L << 30));
    }
}
