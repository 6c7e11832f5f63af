package io.xg2g.receiver;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** The circuit breaker that each stream port of each receiver has. */
@ConfigMapping(prefix = "xg2g.circuit-breaker")
public interface CircuitBreakerConfig {

    /** Failures in a row that open it: 1 to 1000. */
    @WithDefault("5")
    int threshold();

    /** How long it stays open: 10ms to 1h. */
    @WithDefault("30s")
    Duration timeout();

    /** Successes in a row, after that, that close it: 1 to 1000. */
    @WithDefault("3")
    int successThreshold();
}
