package io.xg2g.dispatch;

import static io.xg2g.dispatch.DispatcherSetup.gpu;
import static io.xg2g.dispatch.DispatcherSetup.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Scope;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.xg2g.ffmpeg.Failure;
import org.junit.jupiter.api.Test;

class RequestTraceTest {
    private final InMemorySpanExporter spans = InMemorySpanExporter.create();
    private final Tracer tracer = SdkTracerProvider.builder()
            .addSpanProcessor(SimpleSpanProcessor.create(spans))
            .build()
            .get("test");

    @Test
    void waitingAndRunningAreTwoChildSpans() {
        DispatcherSetup setup = with().tracer(tracer).start();
        Span caller = tracer.spanBuilder("caller").startSpan();
        try (Scope _ = caller.makeCurrent()) {
            setup.submit("a1");
        }
        setup.slots.complete("a1");

        assertThat(spans.getFinishedSpanItems()).extracting(SpanData::getName).containsExactly("queue", "transcode");
        assertThat(spans.getFinishedSpanItems())
                .extracting(SpanData::getParentSpanId)
                .containsOnly(caller.getSpanContext().getSpanId());
        SpanData run = spans.getFinishedSpanItems().getLast();
        assertThat(run.getAttributes().get(AttributeKey.stringKey("xg2g.gpu"))).isEqualTo("gpu0");
        assertThat(run.getAttributes().get(AttributeKey.stringKey("xg2g.outcome")))
                .isEqualTo("completed");
        assertThat(run.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
    }

    @Test
    void aRejectedRequestHasAQueueSpanWithTheReason() {
        DispatcherSetup setup = with().tracer(tracer).workers(1).size(1).start();
        setup.submit("x1", "a1", "b1");

        SpanData queue = spans.getFinishedSpanItems().getLast();

        assertThat(queue.getName()).isEqualTo("queue");
        assertThat(queue.getStatus().getDescription()).isEqualTo("full");
    }

    @Test
    void eachRunOfAMovedUnitHasItsSpan() {
        DispatcherSetup setup =
                with().tracer(tracer).devices(gpu("bad", 2), gpu("good", 1)).start();
        setup.submit("a1");
        setup.slots.fail("a1", Failure.Kind.DEVICE_FAULT);
        setup.slots.complete("a1");

        assertThat(spans.getFinishedSpanItems())
                .extracting(SpanData::getName)
                .containsExactly("queue", "transcode", "transcode");
    }

    @Test
    void everySpanEndsAlsoForARefusedDuplicate() {
        DispatcherSetup setup = with().tracer(tracer).workers(1).start();
        setup.submit("a1", "b1", "b1");
        setup.dispatcher.drain();
        setup.slots.complete("a1");

        assertThat(spans.getFinishedSpanItems())
                .extracting(SpanData::getName)
                .containsExactlyInAnyOrder("queue", "queue", "queue", "transcode");
    }
}
