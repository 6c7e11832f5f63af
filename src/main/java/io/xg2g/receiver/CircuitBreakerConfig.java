package io.xg2g.receiver;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Circuit breaker of each stream port of a receiver. */
@ConfigMapping(prefix = "xg2g.circuit-breaker")
public interface CircuitBreakerConfig {

    /** Number of consecutive failures that open it: 1 to 1000. */
    @WithDefault("5")
    int threshold();

    /** Time that it stays open: 10ms to 1h. */
    @WithDefault("30s")
    Duration timeout();

    /** Number of consecutive successes that close it again: 1 to 1000. */
    @WithDefault("3")
    int successThreshold();
}
