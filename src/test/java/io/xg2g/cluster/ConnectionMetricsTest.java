package io.xg2g.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class ConnectionMetricsTest {
    @Test
    void aServerIsConnectedWhileThereIsNoReasonWhyNot() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        AtomicReference<Optional<String>> unavailable = new AtomicReference<>(Optional.empty());

        ConnectionMetrics.register(registry, "broker", unavailable::get);

        var connected = registry.get("xg2g.cluster.connected").tag("server", "broker").gauge();
        assertThat(connected.value()).isOne();
        unavailable.set(Optional.of("broker: connection refused"));
        assertThat(connected.value()).isZero();
    }
}
