package io.xg2g.dispatch;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;

/** Trace of one request: span {@code queue} while it waits, then a span {@code transcode} for each run. */
final class RequestTrace {
    private final Tracer tracer;
    private final Context parent;
    private Span open;

    /** Opens the span {@code queue} below the current span of the calling thread. */
    RequestTrace(Tracer tracer, TranscodeRequest request) {
        this.tracer = tracer;
        this.parent = Context.current();
        this.open = tracer.spanBuilder("queue")
                .setParent(parent)
                .setAttribute("xg2g.request.id", request.id())
                .setAttribute("xg2g.profile", request.unit().profile().name())
                .startSpan();
    }

    /** Ends the open span and opens one for a run. */
    void started(String device, Priority level) {
        open.end();
        open = tracer.spanBuilder("transcode")
                .setParent(parent)
                .setAttribute("xg2g.gpu", device)
                .setAttribute("xg2g.priority", level.level())
                .startSpan();
    }

    /** Returns the context of the open span. */
    Context context() {
        return parent.with(open);
    }

    void ended(String outcome) {
        open.setAttribute("xg2g.outcome", outcome);
        if (!outcome.equals("completed")) {
            open.setStatus(StatusCode.ERROR, outcome);
        }
        open.end();
    }
}
