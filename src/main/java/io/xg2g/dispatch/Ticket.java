package io.xg2g.dispatch;

import io.smallrye.mutiny.subscription.UniEmitter;
import io.xg2g.dispatch.DevicePool.DeviceState;
import io.xg2g.process.ProcessPriority;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/** One submitted request. Its mutable state is guarded by the dispatcher's lock. */
final class Ticket extends WaitingQueue.Entry {

    /** Phase of a request. */
    sealed interface Phase {
        /** In the queue; {@code disarm} cancels its timer. */
        record Waiting(Runnable disarm) implements Phase {
            static final Waiting UNARMED = new Waiting(() -> {});
        }

        /** In a slot. */
        record Running(Place place, StopSignal stop, long startedNanos) implements Phase {}

        /** Answered. */
        record Done() implements Phase {
            static final Done DONE = new Done();
        }
    }

    /** Why the dispatcher stopped a run. */
    enum Stop {
        NOT,
        CANCELLED,
        SHUTDOWN
    }

    final TranscodeRequest request;
    final UniEmitter<? super TranscodeResult> emitter;
    final RequestTrace trace;
    final long submittedNanos;
    /** Also read without the lock by {@link #isDone}. */
    volatile Phase phase = Phase.Waiting.UNARMED;

    Stop stop = Stop.NOT;
    Duration waited = Duration.ZERO;
    boolean hasRun;

    /** Maximum wait in nanoseconds from the submission. */
    final long maxWaitNanos;

    private Set<DeviceState> failedOn = Set.of();
    private Set<String> lostBy = Set.of();
    private Set<String> failedBy = Set.of();
    private int remoteStarts;
    private int redone;

    Ticket(
            TranscodeRequest request,
            Priority level,
            long sequence,
            long submittedNanos,
            long maxWaitNanos,
            UniEmitter<? super TranscodeResult> emitter,
            RequestTrace trace) {
        super(request.client(), level, sequence);
        this.request = request;
        this.emitter = emitter;
        this.submittedNanos = submittedNanos;
        this.maxWaitNanos = maxWaitNanos;
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

    /** Returns whether the request has a due time. */
    boolean isDue() {
        return request.due() != null;
    }

    boolean isDone() {
        return phase instanceof Phase.Done;
    }

    /** Returns the devices that failed the request and do not get it again. */
    Set<DeviceState> failedOn() {
        return failedOn;
    }

    void avoid(DeviceState device) {
        failedOn = new HashSet<>(failedOn);
        failedOn.add(device);
    }

    /** Returns the workers that were lost with the request, or failed it. */
    Set<String> lostBy() {
        return lostBy;
    }

    /** Returns those that reported that they failed it. */
    Set<String> failedBy() {
        return failedBy;
    }

    /** Counts a start on a worker, and returns how many there were. */
    int startRemotely() {
        return ++remoteStarts;
    }

    /**
     * Records a worker that lost the request, or failed it, and returns how often that happened.
     *
     * @param reported whether the worker reported it
     */
    int lose(String worker, boolean reported) {
        lostBy = new HashSet<>(lostBy);
        lostBy.add(worker);
        if (reported) {
            failedBy = new HashSet<>(failedBy);
            failedBy.add(worker);
        }
        return ++redone;
    }

    /** Returns the priority of the unit's process. */
    ProcessPriority process() {
        if (request.process() != null) {
            return request.process();
        }
        return isDue() ? ProcessPriority.LIVE : level().ofProcess();
    }
}
