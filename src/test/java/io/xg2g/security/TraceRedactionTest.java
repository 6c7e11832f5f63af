package io.xg2g.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TraceRedactionTest {
    private final InMemorySpanExporter exported = InMemorySpanExporter.create();

    @ParameterizedTest
    @ValueSource(strings = {"url.query", "url.full", "http.target", "http.url"})
    void aTokenInAnAddressIsNotInTheTrace(String attribute) {
        assertThat(seen(attribute, "/live/news/stream.ts?mode=gpu&token=may.c2VjcmV0&height=720"))
                .isEqualTo("/live/news/stream.ts?mode=gpu&token=redacted&height=720");
    }

    @Test
    void anAddressWithoutOneStaysAsItIs() {
        assertThat(seen("url.query", "mode=gpu")).isEqualTo("mode=gpu");
    }

    private String seen(String attribute, String value) {
        try (SdkTracerProvider traces = SdkTracerProvider.builder()
                .addSpanProcessor(new TraceRedaction())
                .addSpanProcessor(SimpleSpanProcessor.create(exported))
                .build()) {
            traces.get("test")
                    .spanBuilder("GET")
                    .setAttribute(attribute, value)
                    .startSpan()
                    .end();
            return exported.getFinishedSpanItems().getFirst().getAttributes().get(AttributeKey.stringKey(attribute));
        }
    }
}
