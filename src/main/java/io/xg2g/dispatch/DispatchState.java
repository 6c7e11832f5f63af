package io.xg2g.dispatch;

import io.xg2g.schedule.TimeSource;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.xg2g.dispatch.DevicePool.DeviceState;
import io.xg2g.dispatch.Ticket.Phase;
import io.xg2g.dispatch.Ticket.Stop;
import io.xg2g.ffmpeg.Failure;
import io.xg2g.ffmpeg.TranscodeOutcome;
import io.xg2g.ffmpeg.TranscodeUnit;
import io.xg2g.gpu.Device;
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
 * Who waits, what runs and where: the dispatcher's state, and every step a request can take in it. Not thread-safe: the
 * dispatcher's lock guards it. What a step entails for others is left in its {@link DeferredActions}.
 */
final class DispatchState {

    /** Brings a unit to the slot that was taken for it. */
    interface Launcher {
        void launch(Ticket ticket, Device device, StopSignal stop);
    }

    private final QueueSettings settings;
    private final TimeSource time;
    private final DispatchMetrics metrics;
    private final Launcher launcher;
    private final WaitDeadline allowance;
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
            WaitDeadline allowance,
            DevicePool pool,
            DeviceRecovery recovery) {
        this.settings = settings;
        this.time = time;
        this.metrics = metrics;
        this.launcher = launcher;
        this.allowance = allowance;
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

    double speed() {
        return pool.speed();
    }

    @Nullable
    Ticket find(String id) {
        return open.get(id);
    }

    void install(List<DeviceCapacity> devices, DeferredActions after) {
        pool.install(devices);
        turnAwayTheHopeless(after);
    }

    /** Takes a request in: it waits, runs or is turned away. Its id must not be in the queue. */
    Ticket admit(
            TranscodeRequest request,
            UniEmitter<? super TranscodeResult> emitter,
            RequestTrace trace,
            DeferredActions after) {
        long now = time.nanoTime();
        Priority level = level(request, now);
        Ticket ticket = new Ticket(request, level, sequence++, now, allowance.of(request, now), emitter, trace);
        open.put(request.id(), ticket);
        Optional<Rejection> unserved = unserved();
        if (unserved.isPresent()) {
            reject(ticket, unserved.get(), after);
        } else if (allowance.isSpent(ticket)) {
            reject(ticket, Rejection.TIMEOUT, after);
        } else if (waiting.offer(ticket) instanceof WaitingQueue.Offer.Accepted<Ticket>(Ticket displaced)) {
            if (displaced != null) {
                reject(displaced, Rejection.DISPLACED, after);
            }
            if (level == Priority.ACTIVE) {
                active.charge(request, now);
            }
            fillSlots(after);
            // Only what really waits pays for a timer.
            if (ticket.isQueued()) {
                allowance.arm(ticket);
            }
        } else {
            reject(ticket, Rejection.FULL, after);
        }
        return ticket;
    }

    /** A unit that is due is of a stream that plays: it was made at the pace of the clock, and somebody waits for it. */
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

    Priority level(String client, @Nullable String stream, Priority asked) {
        return active.level(client, stream, asked, Duration.ZERO, time.nanoTime());
    }

    /** Why a request would be turned away if it came now. What is refused here counts as rejected. */
    Optional<TranscodeResult.Rejected> refusal(String client, @Nullable String stream, Priority asked, int prepared) {
        int mayCome = settings.size() + Math.max(0, pool.slots() - pool.running());
        boolean hasRoom = prepared <= mayCome && waiting.wouldAccept(client, level(client, stream, asked));
        Optional<Rejection> reason = unserved().or(() -> hasRoom ? Optional.empty() : Optional.of(Rejection.FULL));
        return reason.map(why -> turnAway(why, Duration.ZERO));
    }

    /** Counts and words the rejection of a request that is not in the queue. */
    TranscodeResult.Rejected turnAway(Rejection reason, Duration waited) {
        metrics.rejected(reason);
        return new TranscodeResult.Rejected(reason, waited, retryAfter());
    }

    private Optional<Rejection> unserved() {
        if (closed) {
            return Optional.of(Rejection.SHUTDOWN);
        }
        return pool.mayServe() ? Optional.empty() : Optional.of(Rejection.NO_DEVICE);
    }

    /** Its client does not want it any longer. */
    void withdraw(Ticket ticket, DeferredActions after) {
        if (waiting.remove(ticket)) {
            metrics.cancelled();
            answer(ticket, new TranscodeResult.Cancelled(waitedUntilNow(ticket)), "cancelled", after);
        } else {
            stop(ticket, Stop.CANCELLED, after);
        }
    }

    /** Half of its allowance has passed. */
    void raise(Ticket ticket) {
        if (ticket.isQueued()) {
            waiting.promote(ticket);
            allowance.arm(ticket);
        }
    }

    /** All of its allowance has passed. */
    void expire(Ticket ticket, DeferredActions after) {
        if (waiting.remove(ticket)) {
            reject(ticket, Rejection.TIMEOUT, after);
        }
    }

    /** Takes nothing new from now on, and turns away what waits. */
    void close(DeferredActions after) {
        closed = true;
        recovery.close();
        turnAwayAll(Rejection.SHUTDOWN, after);
    }

    void stopAll(DeferredActions after) {
        open.values().forEach(ticket -> stop(ticket, Stop.SHUTDOWN, after));
    }

    /** Starts the most deserving requests in the slots that are free. */
    void fillSlots(DeferredActions after) {
        if (waiting.isEmpty()) {
            return;
        }
        Deque<Ticket> passedOver = new ArrayDeque<>(0);
        while (true) {
            Ticket next = pool.hasRoom(false) ? waiting.poll() : pool.hasRoom(true) ? waiting.pollDue() : null;
            if (next == null) {
                break;
            }
            if (allowance.isSpent(next)) {
                // Its timer is late.
                reject(next, Rejection.TIMEOUT, after);
                continue;
            }
            DeviceState device = choose(next);
            if (device == null) {
                passedOver.push(next);
            } else {
                start(next, device, after);
            }
        }
        passedOver.forEach(waiting::putBack);
    }

    private @Nullable DeviceState choose(Ticket ticket) {
        return pool.choose(ticket.tried(), active.vendor(ticket.request), ticket.isDue());
    }

    private void start(Ticket ticket, DeviceState device, DeferredActions after) {
        long now = time.nanoTime();
        allowance.disarm(ticket);
        if (!ticket.hasRun) {
            ticket.hasRun = true;
            ticket.waited = Duration.ofNanos(now - ticket.submittedNanos);
            metrics.started(ticket.submitted, ticket.waited);
        }
        pool.acquire(device, ticket.isDue());
        StopSignal stop = new StopSignal();
        ticket.phase = new Phase.Running(device, stop, now);
        after.start(() -> launcher.launch(ticket, device.device, stop));
    }

    /** A run is over: its slot is free, and its unit is answered or goes to another device. */
    void ended(Ticket ticket, TranscodeOutcome outcome, DeferredActions after) {
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
                metrics.ran(produced.encoder(), DispatchMetrics.COMPLETED, ran);
                TranscodeResult result = new TranscodeResult.Completed(
                        produced.renditions(), produced.encoder(), device.device.id(), ticket.waited, ran);
                answer(ticket, result, DispatchMetrics.COMPLETED, after);
            }
            case TranscodeOutcome.Failed failed -> failed(ticket, device, failed, ran, after);
        }
    }

    private void failed(Ticket ticket, DeviceState device, TranscodeOutcome.Failed failed, Duration ran, DeferredActions after) {
        Failure failure = failed.failure();
        metrics.ran(failed.encoder(), failure.kind().code(), ran);
        if (failure.kind().movesToAnotherDevice()) {
            recovery.afterFailure(device, failure);
        }
        switch (ticket.stop) {
            case CANCELLED -> answer(ticket, new TranscodeResult.Cancelled(ticket.waited), "cancelled", after);
            case SHUTDOWN -> reject(ticket, Rejection.SHUTDOWN, after);
            case NOT -> {
                if (!failure.kind().movesToAnotherDevice() || !moved(ticket, device, after)) {
                    TranscodeResult result = new TranscodeResult.Failed(failure, ticket.waited, ran);
                    answer(ticket, result, failure.kind().code(), after);
                }
            }
        }
        turnAwayTheHopeless(after);
    }

    /** Sends the unit to another device, at once or when a slot is free there; says whether that is possible. */
    private boolean moved(Ticket ticket, DeviceState failedOn, DeferredActions after) {
        // One that is only full is a candidate again as soon as a unit on it ends.
        if (!failedOn.isHealthy()) {
            ticket.avoid(failedOn);
        }
        if (closed || pool.isExhausted(ticket.tried()) || allowance.isSpent(ticket)) {
            return false;
        }
        DeviceState next = choose(ticket);
        if (next != null) {
            start(ticket, next, after);
        } else {
            waiting.putBack(ticket);
            allowance.arm(ticket);
        }
        return true;
    }

    private void stop(Ticket ticket, Stop why, DeferredActions after) {
        if (ticket.phase instanceof Phase.Running running && ticket.stop == Stop.NOT) {
            ticket.stop = why;
            after.then(running.stop()::stop);
        }
    }

    private void turnAwayTheHopeless(DeferredActions after) {
        if (!pool.mayServe()) {
            turnAwayAll(Rejection.NO_DEVICE, after);
        }
    }

    private void turnAwayAll(Rejection reason, DeferredActions after) {
        for (Ticket ticket : waiting.entries()) {
            waiting.remove(ticket);
            reject(ticket, reason, after);
        }
    }

    private void reject(Ticket ticket, Rejection reason, DeferredActions after) {
        answer(ticket, turnAway(reason, waitedUntilNow(ticket)), reason.code(), after);
    }

    private Duration retryAfter() {
        return drain.expectedWait(waiting.size(), pool.slots());
    }

    private void answer(Ticket ticket, TranscodeResult result, String outcome, DeferredActions after) {
        allowance.disarm(ticket);
        ticket.phase = Phase.Done.DONE;
        open.remove(ticket.request.id(), ticket);
        after.then(() -> {
            ticket.trace.ended(outcome);
            ticket.emitter.complete(result);
        });
    }

    private Duration waitedUntilNow(Ticket ticket) {
        return ticket.phase instanceof Phase.Running
                ? ticket.waited
                : Duration.ofNanos(time.nanoTime() - ticket.submittedNanos);
    }

    Optional<QueuePosition> standing(String id) {
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
