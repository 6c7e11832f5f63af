package io.xg2g.redaction;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

class MetricRedactionTest {

    @Test
    void tagsLoseTheirCredentials() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        registry.config().meterFilter(new MetricRedaction());

        registry.counter("requests", "uri", "http://user:s3cr3t@h/x", "outcome", "SUCCESS");

        assertThat(registry.get("requests").counter().getId().getTags())
                .extracting(Object::toString)
                .containsExactlyInAnyOrder("tag(outcome=SUCCESS)", "tag(uri=http://h/…)");
    }
}
