package io.xg2g.receiver;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

/** The measurements of stream detection, under the names of the metrics reference. */
final class ReceiverMetrics {
    private final MeterRegistry registry;

    ReceiverMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    /** Shows the port from now on. */
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
        // Made at the start: a rate over a series that does not exist yet is no rate.
        for (DetectionError error : DetectionError.values()) {
            errors(port, error);
        }
    }

    /** A port gave no stream. */
    void failed(StreamPort port, DetectionError error) {
        port.failures().incrementAndGet();
        errors(port, error).increment();
    }

    private Counter errors(StreamPort port, DetectionError error) {
        return Counter.builder("xg2g.stream.detection.errors")
                .description("Times that a service's stream was not found at a port")
                .tag("port", Integer.toString(port.number()))
                .tag("error_type", error.code())
                .register(registry);
    }
}
