package io.xg2g.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

class ServerMetersTest {
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    ServerMetersTest() {
        registry.config().meterFilter(new ServerMeters());
    }

    @Test
    void onlyServersWithAFixedPortHaveMeters() {
        registry.counter("http.server.bytes.read");
        registry.counter("http.server.bytes.read", "server.port", "8080");

        assertThat(registry.getMeters())
                .hasSize(1)
                .allSatisfy(
                        meter -> assertThat(meter.getId().getTag("server.port")).isEqualTo("8080"));
    }

    @Test
    void otherMetersAreNotChanged() {
        registry.counter("http.server.requests", "method", "GET", "uri", "/openapi");
        registry.counter("xg2g.gpu.queue.size");

        assertThat(registry.getMeters()).hasSize(2);
    }
}
