package io.xg2g.receiver;

import io.xg2g.config.ConfigBounds;
import java.time.Duration;

/** Checked configuration of the circuit breakers. */
record BreakerSettings(int threshold, Duration timeout, int successThreshold) {

    /**
     * Checks the configuration.
     *
     * @throws io.quarkus.runtime.configuration.ConfigurationException naming key, value and range of what is wrong
     */
    static BreakerSettings of(CircuitBreakerConfig config) {
        return new BreakerSettings(
                (int) ConfigBounds.number("xg2g.circuit-breaker.threshold", config.threshold(), 1, 1000),
                ConfigBounds.duration(
                        "xg2g.circuit-breaker.timeout", config.timeout(), Duration.ofMillis(10), Duration.ofHours(1)),
                (int) ConfigBounds.number(
                        "xg2g.circuit-breaker.success-threshold", config.successThreshold(), 1, 1000));
    }
}
