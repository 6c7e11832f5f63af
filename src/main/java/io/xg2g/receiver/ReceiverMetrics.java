package io.xg2g.receiver;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

/** Metrics of stream detection. Thread-safe. */
final class ReceiverMetrics {
    private final MeterRegistry registry;

    ReceiverMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    /** Registers the metrics of a port. */
    void observe(String receiver, StreamPort port) {
        Gauge.builder(
                        "xg2g.stream.detection.breaker.state",
                        port,
                        shown -> shown.breaker().level())
                .strongReference(true)
                .tag("receiver", receiver)
                .tag("port", Integer.toString(port.number()))
                .description("The port's circuit breaker: 0 closed, 1 half-open, 2 open")
                .register(registry);
        // Registered at the start: rate() needs a first sample of 0.
        for (DetectionError error : DetectionError.values()) {
            errors(port, error);
        }
    }

    /** Counts a failed probe. */
    void failed(StreamPort port, DetectionError error) {
        port.failures().incrementAndGet();
        errors(port, error).increment();
    }

    private Counter errors(StreamPort port, DetectionError error) {
        return Counter.builder("xg2g.stream.detection.errors")
                .description("Failed probes of a port for a service")
                .tag("port", Integer.toString(port.number()))
                .tag("error_type", error.code())
                .register(registry);
    }
}
