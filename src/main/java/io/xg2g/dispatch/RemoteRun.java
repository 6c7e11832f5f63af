package io.xg2g.dispatch;

import io.opentelemetry.context.Context;
import io.xg2g.ffmpeg.TranscodeUnit;
import io.xg2g.process.ProcessPriority;
import java.util.function.DoubleConsumer;

/**
 * Run of a unit in a {@link RemoteSlot}.
 *
 * @param request id of the request, unique among those of this program that wait or run
 * @param attempt number of the start of this request on a worker, from 1; no two runs of a request have the same
 * @param priority of the unit's process at the worker
 * @param progress receives the completed share of the unit, 0 to 1; must not be called after the outcome
 * @param stop stops the run
 * @param trace context that has the span of this run as the current one
 */
public record RemoteRun(
        String request,
        int attempt,
        TranscodeUnit unit,
        ProcessPriority priority,
        DoubleConsumer progress,
        StopSignal stop,
        Context trace) {}
