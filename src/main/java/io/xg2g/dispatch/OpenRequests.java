package io.xg2g.dispatch;

import io.xg2g.dispatch.Ticket.Phase;
import io.xg2g.ffmpeg.Failure;
import io.xg2g.ffmpeg.TranscodeUnit;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The requests that wait or run, by id, and their answers. Not thread-safe; guarded by the dispatcher's lock. */
final class OpenRequests {
    private final WaitDeadline deadline;
    private final DispatchMetrics metrics;
    private final Map<String, Ticket> open = new HashMap<>();

    OpenRequests(WaitDeadline deadline, DispatchMetrics metrics) {
        this.deadline = deadline;
        this.metrics = metrics;
    }

    void add(Ticket ticket) {
        open.put(ticket.request.id(), ticket);
    }

    @Nullable
    Ticket find(String id) {
        return open.get(id);
    }

    Collection<Ticket> all() {
        return open.values();
    }

    Optional<String> stream(TranscodeUnit unit) {
        return open.values().stream()
                .map(ticket -> ticket.request)
                .filter(request -> request.unit().equals(unit))
                .findFirst()
                .map(TranscodeRequest::stream);
    }

    void cancelled(Ticket ticket, DeferredActions deferred) {
        answer(ticket, new TranscodeResult.Cancelled(), "cancelled", deferred);
    }

    void failed(Ticket ticket, Failure failure, DeferredActions deferred) {
        answer(ticket, new TranscodeResult.Failed(failure), failure.kind().code(), deferred);
    }

    void reject(Ticket ticket, TranscodeResult.Rejected rejected, DeferredActions deferred) {
        if (!ticket.request.durable()) {
            deferred.then(() -> metrics.rejected(rejected.reason()));
        }
        answer(ticket, rejected, rejected.reason().code(), deferred);
    }

    /**
     * Answers a request, which ends it.
     *
     * @param outcome label of its trace
     */
    void answer(Ticket ticket, TranscodeResult result, String outcome, DeferredActions deferred) {
        deadline.disarm(ticket);
        ticket.phase = Phase.Done.DONE;
        open.remove(ticket.request.id(), ticket);
        deferred.then(() -> {
            ticket.trace.ended(outcome);
            ticket.emitter.complete(result);
        });
    }
}
