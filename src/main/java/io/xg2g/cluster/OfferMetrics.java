package io.xg2g.cluster;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.Supplier;

/** Metrics of the slots that a worker offers. Thread-safe. */
final class OfferMetrics {
    private final Counter expired;

    /**
     * Registers them.
     *
     * @param offered returns the number of slots with a valid offer
     * @param taken returns the number of slots that gateways use
     */
    OfferMetrics(MeterRegistry registry, Supplier<Number> offered, Supplier<Number> taken) {
        slots(registry, "offered", offered);
        slots(registry, "taken", taken);
        expired = Counter.builder("xg2g.cluster.slots.expired")
                .description(
                        "Offers of this worker's slots that no gateway took while they were valid; they were made again")
                .register(registry);
    }

    private static void slots(MeterRegistry registry, String state, Supplier<Number> number) {
        Gauge.builder("xg2g.cluster.slots", number)
                .tag("state", state)
                .description("Slots of this worker: offered to the gateways, or taken by one")
                .register(registry);
    }

    void expired(int number) {
        expired.increment(number);
    }
}
