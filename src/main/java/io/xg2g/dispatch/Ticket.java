package io.xg2g.dispatch;

import io.smallrye.mutiny.subscription.UniEmitter;
import io.xg2g.dispatch.DevicePool.DeviceState;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/** One submitted request. Everything that changes in it is guarded by the dispatcher's lock. */
final class Ticket extends WaitingQueue.Entry {

    /** Where the request stands. */
    sealed interface Phase {
        /** In the queue; {@code disarm} takes its timer back. */
        record Waiting(Runnable disarm) implements Phase {
            static final Waiting UNARMED = new Waiting(() -> {});
        }

        /** In a slot. */
        record Running(DeviceState device, StopSignal stop, long startedNanos) implements Phase {}

        /** Answered. */
        record Done() implements Phase {
            static final Done DONE = new Done();
        }
    }

    /** Why a run was stopped from here. */
    enum Stop {
        NOT,
        CANCELLED,
        SHUTDOWN
    }

    final TranscodeRequest request;
    final UniEmitter<? super TranscodeResult> emitter;
    final RequestTrace trace;
    final long submittedNanos;
    /** Also read without the lock, to see that there is nothing left to do. */
    volatile Phase phase = Phase.Waiting.UNARMED;

    Stop stop = Stop.NOT;
    Duration waited = Duration.ZERO;
    boolean hasRun;

    /** How long it may wait, in nanoseconds from its submission. */
    final long allowance;

    private Set<DeviceState> tried = Set.of();

    Ticket(
            TranscodeRequest request,
            Priority level,
            long sequence,
            long submittedNanos,
            long allowance,
            UniEmitter<? super TranscodeResult> emitter,
            RequestTrace trace) {
        super(request.client(), level, sequence);
        this.request = request;
        this.emitter = emitter;
        this.submittedNanos = submittedNanos;
        this.allowance = allowance;
        this.trace = trace;
    }

    @Override
    long dueAt() {
        return request.due() == null ? NOT_DUE : request.due().at();
    }

    @Override
    boolean sharesTurnWith(WaitingQueue.Entry next) {
        return next instanceof Ticket other && other.isOpening() && isOpening();
    }

    private boolean isOpening() {
        return request.due() != null && request.due().opening();
    }

    /** Whether it is due at a time. */
    boolean isDue() {
        return request.due() != null;
    }

    boolean isDone() {
        return phase instanceof Phase.Done;
    }

    /** The devices that failed it and are not to get it again. */
    Set<DeviceState> tried() {
        return tried;
    }

    void avoid(DeviceState device) {
        tried = new HashSet<>(tried);
        tried.add(device);
    }
}
