package io.xg2g.redaction;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpanRedactionTest {
    private final InMemorySpanExporter exported = InMemorySpanExporter.create();

    @ParameterizedTest
    @CsvSource({
        "url.query, mode=gpu&token=may.c2VjcmV0, …",
        "http.target, /live/news/stream.ts?mode=gpu&token=may.c2VjcmV0, /live/news/stream.ts?…",
        "url.full, http://user:c2VjcmV0@127.0.0.1:80/a?token=c2VjcmV0, http://127.0.0.1:80/…",
        "anything, 4097:0:1:1:1:1:1:0:0:0:http%3a//u%3ac2VjcmV0@h/, 4097:0:1:1:1:1:1:0:0:0:http://h"
    })
    void credentialsAreRemovedFromEveryAttribute(String attribute, String value, String shown) {
        assertThat(seen(attribute, value)).isEqualTo(shown).doesNotContain("c2VjcmV0");
    }

    @Test
    void otherValuesStayAsTheyAre() {
        assertThat(seen("url.path", "/live/news/stream.ts")).isEqualTo("/live/news/stream.ts");
    }

    private String seen(String attribute, String value) {
        try (SdkTracerProvider traces = SdkTracerProvider.builder()
                .addSpanProcessor(new SpanRedaction())
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
