package io.xg2g.dispatch;

import io.smallrye.mutiny.subscription.UniEmitter;
import io.xg2g.dispatch.DevicePool.DeviceState;
import io.xg2g.dispatch.Ticket.Phase;
import io.xg2g.dispatch.Ticket.Stop;
import io.xg2g.ffmpeg.Failure;
import io.xg2g.ffmpeg.TranscodeOutcome;
import io.xg2g.ffmpeg.TranscodeUnit;
import io.xg2g.gpu.Device;
import io.xg2g.schedule.TimeSource;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * State of the dispatcher: waiting and running requests, and the transitions between their phases. Not thread-safe; guarded by
 * the dispatcher's lock. Whatever calls other code (starts, answers, log messages, metrics) is added to
 * {@link DeferredActions}, which run without the lock.
 *
 * <pre>
 *  admit --------&gt; waiting -- slot free --&gt; running -- completed, failed, cancelled --&gt; done
 *    |              |   ^                    |                                          ^
 *    | rejected     |   +-- device failed ---+                                          |
 *    |              +------ timeout, displaced, no device, shutdown, cancelled ---------+
 *    +----------------------------------------------------------------------------------+
 * </pre>
 */
final class DispatchState {

    /** Starts a unit in an acquired slot. */
    interface Launcher {
        void launch(Ticket ticket, Device device, StopSignal stop);
    }

    private final QueueSettings settings;
    private final TimeSource time;
    private final DispatchMetrics metrics;
    private final Launcher launcher;
    private final WaitDeadline deadline;
    private final DeviceRecovery recovery;
    private final DevicePool pool;
    private final WaitingQueue<Ticket> waiting;
    private final ActiveStreams active = new ActiveStreams();
    private final DrainRate drain = new DrainRate();
    private final LevelShares shares = new LevelShares();
    private final Map<String, Ticket> open = new HashMap<>();
    private long sequence;
    private boolean closed;

    DispatchState(
            QueueSettings settings,
            TimeSource time,
            DispatchMetrics metrics,
            Launcher launcher,
            WaitDeadline deadline,
            DevicePool pool,
            DeviceRecovery recovery) {
        this.settings = settings;
        this.time = time;
        this.metrics = metrics;
        this.launcher = launcher;
        this.deadline = deadline;
        this.pool = pool;
        this.recovery = recovery;
        this.waiting = new WaitingQueue<>(settings.size(), settings.fair());
    }

    int running() {
        return pool.running();
    }

    int slots() {
        return pool.slots();
    }

    DevicePool pool() {
        return pool;
    }

    @Nullable
    Ticket find(String id) {
        return open.get(id);
    }

    void install(List<DeviceCapacity> devices, DeferredActions deferred) {
        pool.install(devices);
        rejectUnservable(deferred);
    }

    /** Admits a request, which then waits or runs, or rejects it. Its id must not be in use. */
    Ticket admit(
            TranscodeRequest request,
            UniEmitter<? super TranscodeResult> emitter,
            RequestTrace trace,
            DeferredActions deferred) {
        long now = time.nanoTime();
        Priority level = level(request, now);
        Ticket ticket = new Ticket(request, level, sequence++, now, deadline.waitNanos(request, now), emitter, trace);
        open.put(request.id(), ticket);
        Optional<Rejection> unavailable = unavailable();
        if (unavailable.isPresent()) {
            reject(ticket, unavailable.get(), deferred);
        } else if (deadline.isExpired(ticket)) {
            reject(ticket, Rejection.TIMEOUT, deferred);
        } else if (waiting.offer(ticket) instanceof WaitingQueue.Offer.Accepted<Ticket>(Ticket displaced)) {
            if (displaced != null) {
                reject(displaced, Rejection.DISPLACED, deferred);
            }
            if (level == Priority.ACTIVE) {
                active.charge(request, now);
            }
            fillSlots(deferred);
            // Most requests start at once and need no timer.
            if (ticket.isQueued()) {
                deadline.arm(ticket);
            }
        } else {
            reject(ticket, Rejection.FULL, deferred);
        }
        return ticket;
    }

    /** Returns the level of a request. A unit with a due time belongs to a live channel, whose units arrive in real time. */
    private Priority level(TranscodeRequest request, long now) {
        return request.due() != null && request.priority() == Priority.NORMAL
                ? Priority.ACTIVE
                : active.level(
                        request.client(),
                        request.stream(),
                        request.priority(),
                        request.unit().duration(),
                        now);
    }

    Priority level(String client, @Nullable String stream, Priority requested) {
        return active.level(client, stream, requested, Duration.ZERO, time.nanoTime());
    }

    /** Returns the rejection that a request would get if it were submitted now. */
    Optional<TranscodeResult.Rejected> refusal(
            String client, @Nullable String stream, Priority requested, int prepared) {
        int room = settings.size() + Math.max(0, pool.slots() - pool.running());
        boolean hasRoom = prepared <= room && waiting.wouldAccept(client, level(client, stream, requested));
        Optional<Rejection> reason = unavailable().or(() -> hasRoom ? Optional.empty() : Optional.of(Rejection.FULL));
        return reason.map(found -> rejection(found, Duration.ZERO));
    }

    /** Builds a rejection. */
    TranscodeResult.Rejected rejection(Rejection reason, Duration waited) {
        return new TranscodeResult.Rejected(reason, waited, retryAfter());
    }

    Optional<TranscodeResult.Rejected> unavailableNow() {
        return unavailable().map(reason -> rejection(reason, Duration.ZERO));
    }

    private Optional<Rejection> unavailable() {
        if (closed) {
            return Optional.of(Rejection.SHUTDOWN);
        }
        return pool.mayServe() ? Optional.empty() : Optional.of(Rejection.NO_DEVICE);
    }

    /** Cancels a request. */
    void withdraw(Ticket ticket, DeferredActions deferred) {
        if (waiting.remove(ticket)) {
            deferred.then(metrics::cancelled);
            answer(ticket, new TranscodeResult.Cancelled(), "cancelled", deferred);
        } else {
            stop(ticket, Stop.CANCELLED, deferred);
        }
    }

    /** Raises a request by one level after half of its maximum wait. */
    void raise(Ticket ticket) {
        if (ticket.isQueued()) {
            waiting.promote(ticket);
            deadline.arm(ticket);
        }
    }

    /** Rejects a request after its maximum wait. */
    void expire(Ticket ticket, DeferredActions deferred) {
        if (waiting.remove(ticket)) {
            reject(ticket, Rejection.TIMEOUT, deferred);
        }
    }

    /** Rejects all new and all waiting requests. */
    void close(DeferredActions deferred) {
        closed = true;
        recovery.close();
        rejectAll(Rejection.SHUTDOWN, deferred);
    }

    void stopAll(DeferredActions deferred) {
        open.values().forEach(ticket -> stop(ticket, Stop.SHUTDOWN, deferred));
    }

    /** Starts waiting requests in the free slots, in the order of the queue. */
    void fillSlots(DeferredActions deferred) {
        if (waiting.isEmpty()) {
            return;
        }
        Deque<Ticket> skipped = new ArrayDeque<>(0);
        while (true) {
            Ticket next = pool.hasRoom(false) ? waiting.poll() : pool.hasRoom(true) ? waiting.pollDue() : null;
            if (next == null) {
                break;
            }
            if (deadline.isExpired(next)) {
                // The timer is late.
                reject(next, Rejection.TIMEOUT, deferred);
                continue;
            }
            DeviceState device = choose(next);
            if (device == null) {
                skipped.push(next);
            } else {
                start(next, device, deferred);
            }
        }
        skipped.forEach(waiting::putBack);
    }

    private @Nullable DeviceState choose(Ticket ticket) {
        return pool.choose(ticket.failedOn(), active.vendor(ticket.request), ticket.isDue());
    }

    private void start(Ticket ticket, DeviceState device, DeferredActions deferred) {
        long now = time.nanoTime();
        deadline.disarm(ticket);
        if (!ticket.hasRun) {
            ticket.hasRun = true;
            ticket.waited = Duration.ofNanos(now - ticket.submittedNanos);
            if (!ticket.request.durable()) {
                deferred.then(() -> metrics.started(ticket.submitted, ticket.waited));
            }
        }
        pool.acquire(device, ticket.isDue());
        StopSignal stop = new StopSignal();
        ticket.phase = new Phase.Running(device, stop, now);
        deferred.start(() -> launcher.launch(ticket, device.device, stop));
    }

    /** Frees the slot of a run that ended, and answers its request or moves it to another device. */
    void ended(Ticket ticket, TranscodeOutcome outcome, DeferredActions deferred) {
        if (!(ticket.phase instanceof Phase.Running(DeviceState device, var _, long startedNanos))) {
            return;
        }
        long now = time.nanoTime();
        Duration ran = Duration.ofNanos(now - startedNanos);
        pool.release(device, ticket.isDue());
        shares.ran(ticket.level(), ran.toNanos(), now);
        switch (outcome) {
            case TranscodeOutcome.Produced produced -> {
                drain.ended(ran.toNanos());
                active.completed(ticket.request, ticket.submitted, device.device.vendor(), produced.duration(), now);
                deferred.then(() -> metrics.ran(produced.encoder(), DispatchMetrics.COMPLETED, ran));
                TranscodeResult result = new TranscodeResult.Completed(
                        produced.renditions(), produced.encoder(), device.device.id(), ticket.waited, ran);
                answer(ticket, result, DispatchMetrics.COMPLETED, deferred);
            }
            case TranscodeOutcome.Failed failed -> failed(ticket, device, failed, ran, deferred);
        }
    }

    private void failed(
            Ticket ticket, DeviceState device, TranscodeOutcome.Failed failed, Duration ran, DeferredActions deferred) {
        Failure failure = failed.failure();
        deferred.then(() -> metrics.ran(failed.encoder(), failure.kind().code(), ran));
        if (failure.kind().movesToAnotherDevice()) {
            recovery.afterFailure(device, failure, deferred);
        }
        switch (ticket.stop) {
            case CANCELLED -> answer(ticket, new TranscodeResult.Cancelled(), "cancelled", deferred);
            case SHUTDOWN -> reject(ticket, Rejection.SHUTDOWN, deferred);
            case NOT -> {
                if (!failure.kind().movesToAnotherDevice() || !retriesElsewhere(ticket, device, deferred)) {
                    TranscodeResult result = new TranscodeResult.Failed(failure);
                    answer(ticket, result, failure.kind().code(), deferred);
                }
            }
        }
        rejectUnservable(deferred);
    }

    /** Moves a failed unit to another device, at once or as soon as a slot is free; returns whether a device is left. */
    private boolean retriesElsewhere(Ticket ticket, DeviceState failedOn, DeferredActions deferred) {
        // A device that only lacked capacity can take the unit once another unit on it has ended.
        if (!failedOn.isHealthy()) {
            ticket.avoid(failedOn);
        }
        if (closed || pool.isExhausted(ticket.failedOn()) || deadline.isExpired(ticket)) {
            return false;
        }
        DeviceState next = choose(ticket);
        if (next != null) {
            start(ticket, next, deferred);
        } else {
            waiting.putBack(ticket);
            deadline.arm(ticket);
        }
        return true;
    }

    private void stop(Ticket ticket, Stop why, DeferredActions deferred) {
        if (ticket.phase instanceof Phase.Running running && ticket.stop == Stop.NOT) {
            ticket.stop = why;
            deferred.then(running.stop()::stop);
        }
    }

    private void rejectUnservable(DeferredActions deferred) {
        if (!pool.mayServe()) {
            rejectAll(Rejection.NO_DEVICE, deferred);
        }
    }

    private void rejectAll(Rejection reason, DeferredActions deferred) {
        for (Ticket ticket : waiting.entries()) {
            waiting.remove(ticket);
            reject(ticket, reason, deferred);
        }
    }

    private void reject(Ticket ticket, Rejection reason, DeferredActions deferred) {
        if (!ticket.request.durable()) {
            deferred.then(() -> metrics.rejected(reason));
        }
        answer(ticket, rejection(reason, waitedUntilNow(ticket)), reason.code(), deferred);
    }

    private Duration retryAfter() {
        return drain.expectedWait(waiting.size(), pool.slots());
    }

    private void answer(Ticket ticket, TranscodeResult result, String outcome, DeferredActions deferred) {
        deadline.disarm(ticket);
        ticket.phase = Phase.Done.DONE;
        open.remove(ticket.request.id(), ticket);
        deferred.then(() -> {
            ticket.trace.ended(outcome);
            ticket.emitter.complete(result);
        });
    }

    private Duration waitedUntilNow(Ticket ticket) {
        return ticket.phase instanceof Phase.Running
                ? ticket.waited
                : Duration.ofNanos(time.nanoTime() - ticket.submittedNanos);
    }

    Optional<QueuePosition> position(String id) {
        Ticket ticket = open.get(id);
        return ticket == null || !ticket.isQueued()
                ? Optional.empty()
                : Optional.of(new QueuePosition(ticket.level(), waiting.ahead(ticket) + 1));
    }

    Optional<String> stream(TranscodeUnit unit) {
        return open.values().stream()
                .map(ticket -> ticket.request)
                .filter(request -> request.unit().equals(unit))
                .findFirst()
                .map(TranscodeRequest::stream);
    }

    QueueSnapshot snapshot() {
        long now = time.nanoTime();
        List<Integer> levels = new ArrayList<>();
        for (Priority priority : Priority.values()) {
            levels.add(waiting.size(priority));
        }
        long oldest = waiting.entries().stream()
                .mapToLong(ticket -> now - ticket.submittedNanos)
                .max()
                .orElse(0);
        boolean slotFree = waiting.isEmpty() && pool.running() < pool.slots();
        return new QueueSnapshot(
                levels,
                settings.size(),
                pool.running(),
                pool.slots(),
                Duration.ofNanos(oldest),
                slotFree ? Duration.ZERO : drain.expectedWait(waiting.size(), pool.slots()),
                active.size(now),
                shares.now(),
                pool.speed(),
                pool.devices().stream().map(DeviceState::load).toList(),
                !closed);
    }
}
