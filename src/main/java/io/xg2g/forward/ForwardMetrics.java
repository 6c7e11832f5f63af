package io.xg2g.forward;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/** Metrics of forwarded requests. */
final class ForwardMetrics {

    /** Values of the label {@code result}. */
    enum Label {
        ANSWERED("answered"),
        CLIENT_LEFT("client-left"),
        OWNER_LOST("owner-lost"),
        UNAVAILABLE("unavailable");

        private final String text;

        Label(String text) {
            this.text = text;
        }
    }

    private final Map<Label, Counter> forwards = new EnumMap<>(Label.class);
    private final Timer time;

    ForwardMetrics(MeterRegistry registry) {
        for (Label label : Label.values()) {
            forwards.put(
                    label,
                    Counter.builder("xg2g.cluster.forwards")
                            .description("Requests for what another gateway has")
                            .tag("result", label.text)
                            .register(registry));
        }
        time = Timer.builder("xg2g.cluster.forward")
                .description("Time from a request to the begin of the response of the gateway that it was forwarded to")
                .serviceLevelObjectives(
                        Duration.ofMillis(1),
                        Duration.ofMillis(5),
                        Duration.ofMillis(10),
                        Duration.ofMillis(50),
                        Duration.ofMillis(100),
                        Duration.ofMillis(500),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(10))
                .register(registry);
    }

    void count(Label label) {
        forwards.getOrDefault(label, forwards.get(Label.ANSWERED)).increment();
    }

    void answeredAfter(long nanos) {
        time.record(Duration.ofNanos(nanos));
    }
}
