package io.xg2g.dispatch;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;

/** The spans of one request: {@code queue} while it waits, then {@code transcode} for each run. */
final class RequestTrace {
    private final Tracer tracer;
    private final Context parent;
    private Span open;

    /** Opens the queue span under the caller's current span. */
    RequestTrace(Tracer tracer, TranscodeRequest request) {
        this.tracer = tracer;
        this.parent = Context.current();
        this.open = tracer.spanBuilder("queue")
                .setParent(parent)
                .setAttribute("xg2g.request.id", request.id())
                .setAttribute("xg2g.profile", request.unit().profile().name())
                .startSpan();
    }

    /** The waiting, or the run on another device, is over; a run begins. */
    void started(String device, Priority level) {
        open.end();
        open = tracer.spanBuilder("transcode")
                .setParent(parent)
                .setAttribute("xg2g.gpu", device)
                .setAttribute("xg2g.priority", level.level())
                .startSpan();
    }

    void ended(String outcome) {
        open.setAttribute("xg2g.outcome", outcome);
        if (!outcome.equals("completed")) {
            open.setStatus(StatusCode.ERROR, outcome);
        }
        open.end();
    }
}
