package io.xg2g.bus;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.ToDoubleFunction;

/** Metrics of the bus, read from the statistics of the topics at each scrape. */
final class BusMetrics {
    private final MeterRegistry registry;

    BusMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    void observe(Topic topic) {
        messages(topic, "routed", stats -> stats.published() - stats.unrouted());
        messages(topic, "unrouted", BusStats::unrouted);
        deliveries(topic, "delivered", BusStats::delivered);
        deliveries(topic, "dead_letter", BusStats::deadLetters);
        deliveries(topic, "expired", BusStats::expired);
        deliveries(topic, "filtered", BusStats::filtered);
        counter("xg2g.bus.handler.errors", topic, BusStats::errors)
                .description("Failed handler calls, each attempt")
                .register(registry);
        gauge("xg2g.bus.depth", topic, BusStats::depth)
                .description("Messages that wait for the slowest subscriber, and deliveries that wait for a retry")
                .register(registry);
        gauge("xg2g.bus.subscribers", topic, BusStats::subscribers)
                .description("Subscribed handlers")
                .register(registry);
    }

    private void messages(Topic topic, String outcome, ToDoubleFunction<BusStats> value) {
        counter("xg2g.bus.messages", topic, value)
                .tag("outcome", outcome)
                .description("Accepted messages, with subscribers and without")
                .register(registry);
    }

    private void deliveries(Topic topic, String outcome, ToDoubleFunction<BusStats> value) {
        counter("xg2g.bus.deliveries", topic, value)
                .tag("outcome", outcome)
                .description("Deliveries by outcome, for each subscriber or group")
                .register(registry);
    }

    private static FunctionCounter.Builder<Topic> counter(String name, Topic topic, ToDoubleFunction<BusStats> value) {
        return FunctionCounter.builder(name, topic, one -> value.applyAsDouble(one.stats()))
                .tag("topic", topic.name);
    }

    private static Gauge.Builder<Topic> gauge(String name, Topic topic, ToDoubleFunction<BusStats> value) {
        return Gauge.builder(name, topic, one -> value.applyAsDouble(one.stats()))
                .tag("topic", topic.name);
    }
}
