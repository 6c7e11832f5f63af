package io.xg2g.dispatch;

import io.smallrye.mutiny.subscription.UniEmitter;
import io.xg2g.dispatch.DevicePool.DeviceState;
import io.xg2g.dispatch.Ticket.Phase;
import io.xg2g.dispatch.Ticket.Stop;
import io.xg2g.ffmpeg.Failure;
import io.xg2g.ffmpeg.TranscodeOutcome;
import io.xg2g.schedule.TimeSource;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * State of the dispatcher: waiting and running requests, and the transitions between their phases. Not thread-safe; guarded by
 * the dispatcher's lock. Whatever calls other code (starts, answers, log messages, metrics) is added to
 * {@link DeferredActions}, which run without the lock.
 *
 * <pre>
 *  admit --------&gt; waiting -- slot free --&gt; running -- completed, failed, cancelled --&gt; done
 *    |              |   ^                    |                                          ^
 *    | rejected     |   +-- device failed, --+                                          |
 *    |              |       worker lost                                                 |
 *    |              +------ timeout, displaced, no device, shutdown, cancelled ---------+
 *    +----------------------------------------------------------------------------------+
 * </pre>
 */
final class DispatchState {

    /** Starts a unit in an acquired slot. */
    interface Launcher {
        void launch(Ticket ticket, Place place, StopSignal stop);
    }

    private final QueueSettings settings;
    private final TimeSource time;
    private final DispatchMetrics metrics;
    private final Launcher launcher;
    private final WaitDeadline deadline;
    private final DeviceRecovery recovery;
    private final DevicePool pool;
    private final Fleet fleet = new Fleet();
    private final WaitingQueue<Ticket> waiting;
    private final ActiveStreams active = new ActiveStreams();
    private final DrainRate drain = new DrainRate();
    private final LevelShares shares = new LevelShares();
    private final OpenRequests open;
    private final Admission admission;
    private final Retries retries;
    private long sequence;

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
        this.open = new OpenRequests(deadline, metrics);
        this.admission = new Admission(settings.size(), time, waiting, active, pool, fleet);
        this.retries = new Retries(pool, fleet, deadline);
    }

    /** Returns the number of units that run, on devices and workers. */
    int running() {
        return pool.running() + fleet.running();
    }

    DevicePool pool() {
        return pool;
    }

    Fleet fleet() {
        return fleet;
    }

    OpenRequests open() {
        return open;
    }

    /** From now on, requests wait for slots of workers too. */
    void join() {
        fleet.join();
        pool.join();
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
        Priority level = admission.level(request, now);
        Ticket ticket = new Ticket(request, level, sequence++, now, deadline.waitNanos(request, now), emitter, trace);
        open.add(ticket);
        Optional<Rejection> unavailable = admission.unavailable();
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

    Admission admission() {
        return admission;
    }

    /** Builds a rejection. */
    TranscodeResult.Rejected rejection(Rejection reason, Duration waited) {
        return new TranscodeResult.Rejected(reason, waited, expectedWait());
    }

    /** Cancels a request. */
    void withdraw(Ticket ticket, DeferredActions deferred) {
        if (waiting.remove(ticket)) {
            deferred.then(metrics::cancelled);
            open.cancelled(ticket, deferred);
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
        admission.close();
        recovery.close();
        rejectAll(Rejection.SHUTDOWN, deferred);
    }

    void stopAll(DeferredActions deferred) {
        open.all().forEach(ticket -> stop(ticket, Stop.SHUTDOWN, deferred));
    }

    /** Starts waiting requests in the free slots, in the order of the queue. */
    void fillSlots(DeferredActions deferred) {
        if (waiting.isEmpty()) {
            return;
        }
        Deque<Ticket> skipped = new ArrayDeque<>(0);
        for (Ticket next = pollForDevice(deferred); next != null; next = pollForDevice(deferred)) {
            DeviceState device = choose(next);
            if (device == null) {
                skipped.push(next);
            } else {
                start(next, new Place.Local(device), deferred);
            }
        }
        skipped.forEach(waiting::putBack);
    }

    private @Nullable Ticket pollForDevice(DeferredActions deferred) {
        return poll(
                () -> pool.hasRoom(false) ? waiting.poll() : pool.hasRoom(true) ? waiting.pollDue() : null, deferred);
    }

    /** Returns the next request whose maximum wait is not over, or {@code null}; rejects those whose timers are late. */
    private @Nullable Ticket poll(Supplier<@Nullable Ticket> queue, DeferredActions deferred) {
        Ticket next = queue.get();
        while (next != null && deadline.isExpired(next)) {
            reject(next, Rejection.TIMEOUT, deferred);
            next = queue.get();
        }
        return next;
    }

    /** Starts the next waiting request that does not avoid the worker in its slot, or gives the slot back. */
    void offer(RemoteSlot slot, DeferredActions deferred) {
        Deque<Ticket> skipped = new ArrayDeque<>(0);
        Ticket next = poll(waiting::poll, deferred);
        while (next != null && fleet.avoids(next, slot.worker())) {
            skipped.push(next);
            next = poll(waiting::poll, deferred);
        }
        if (next != null) {
            start(next, new Place.Remote(slot, next.startRemotely()), deferred);
        } else {
            deferred.then(skipped.isEmpty() ? slot::release : slot::refuse);
        }
        skipped.forEach(waiting::putBack);
    }

    private @Nullable DeviceState choose(Ticket ticket) {
        return pool.choose(ticket.failedOn(), active.vendor(ticket.request), ticket.isDue());
    }

    private void start(Ticket ticket, Place place, DeferredActions deferred) {
        long now = time.nanoTime();
        deadline.disarm(ticket);
        if (!ticket.hasRun) {
            ticket.hasRun = true;
            ticket.waited = Duration.ofNanos(now - ticket.submittedNanos);
            if (!ticket.request.durable()) {
                deferred.then(() -> metrics.started(ticket.submitted, ticket.waited));
            }
        }
        switch (place) {
            case Place.Local(DeviceState device) -> pool.acquire(device, ticket.isDue());
            case Place.Remote _ -> fleet.acquire();
        }
        StopSignal stop = new StopSignal();
        ticket.phase = new Phase.Running(place, stop, now);
        deferred.start(() -> launcher.launch(ticket, place, stop));
    }

    /** Frees the slot of a run that ended, and answers its request or lets it run again. */
    void ended(Ticket ticket, TranscodeOutcome outcome, DeferredActions deferred) {
        if (!(ticket.phase instanceof Phase.Running(Place place, var _, long startedNanos))) {
            return;
        }
        long now = time.nanoTime();
        Duration ran = Duration.ofNanos(now - startedNanos);
        shares.ran(ticket.level(), ran.toNanos(), now);
        free(ticket, place, outcome, ran, deferred);
        switch (outcome) {
            case TranscodeOutcome.Produced produced -> {
                drain.ended(ran.toNanos());
                active.completed(
                        ticket.request, ticket.submitted, place.device().vendor(), produced.duration(), now);
                TranscodeResult result = new TranscodeResult.Completed(
                        produced.renditions(),
                        produced.encoder(),
                        place.device().id(),
                        ticket.waited,
                        ran);
                open.answer(ticket, result, DispatchMetrics.COMPLETED, deferred);
            }
            case TranscodeOutcome.Failed failed -> failed(ticket, place, failed.failure(), deferred);
        }
    }

    private void free(Ticket ticket, Place place, TranscodeOutcome outcome, Duration ran, DeferredActions deferred) {
        switch (place) {
            case Place.Local(DeviceState device) -> {
                pool.release(device, ticket.isDue());
                deferred.then(() -> metrics.ran(outcome, ran));
            }
            // The worker counts the run.
            case Place.Remote _ -> fleet.release();
        }
    }

    private void failed(Ticket ticket, Place place, Failure failure, DeferredActions deferred) {
        if (failure.kind().movesToAnotherDevice() && place instanceof Place.Local(DeviceState device)) {
            recovery.afterFailure(device, failure, deferred);
        }
        switch (ticket.stop) {
            case CANCELLED -> open.cancelled(ticket, deferred);
            case SHUTDOWN -> reject(ticket, Rejection.SHUTDOWN, deferred);
            case NOT -> {
                switch (retries.after(ticket, place, failure, admission.isClosed())) {
                    case FAILED -> open.failed(ticket, failure, deferred);
                    case SHUTDOWN -> reject(ticket, Rejection.SHUTDOWN, deferred);
                    case TIMEOUT -> reject(ticket, Rejection.TIMEOUT, deferred);
                    case RUNS_AGAIN -> {
                        if (place instanceof Place.Remote) {
                            deferred.then(() -> metrics.redone(failure.kind()));
                        }
                        runAgain(ticket, deferred);
                    }
                }
            }
        }
        rejectUnservable(deferred);
    }

    /** Runs a failed unit at once, or puts it to the front of its level. */
    private void runAgain(Ticket ticket, DeferredActions deferred) {
        DeviceState next = choose(ticket);
        if (next != null) {
            start(ticket, new Place.Local(next), deferred);
        } else {
            waiting.putBack(ticket);
            deadline.arm(ticket);
        }
    }

    private void stop(Ticket ticket, Stop why, DeferredActions deferred) {
        if (ticket.phase instanceof Phase.Running running && ticket.stop == Stop.NOT) {
            ticket.stop = why;
            deferred.then(running.stop()::stop);
        }
    }

    private void rejectUnservable(DeferredActions deferred) {
        if (!admission.mayServe()) {
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
        open.reject(ticket, rejection(reason, waitedUntilNow(ticket)), deferred);
    }

    private Duration expectedWait() {
        return drain.expectedWait(waiting.size(), pool.slots() + fleet.share());
    }

    private Duration waitedUntilNow(Ticket ticket) {
        return ticket.phase instanceof Phase.Running
                ? ticket.waited
                : Duration.ofNanos(time.nanoTime() - ticket.submittedNanos);
    }

    Optional<QueuePosition> position(Ticket ticket) {
        return ticket.isQueued()
                ? Optional.of(new QueuePosition(ticket.level(), waiting.ahead(ticket) + 1))
                : Optional.empty();
    }

    /** Returns the number of waiting requests by {@link Priority#level()}. */
    List<Integer> waiting() {
        return Stream.of(Priority.values()).map(waiting::size).toList();
    }

    QueueSnapshot snapshot() {
        long now = time.nanoTime();
        long oldest = waiting.entries().stream()
                .mapToLong(ticket -> now - ticket.submittedNanos)
                .max()
                .orElse(0);
        boolean slotFree = waiting.isEmpty() && (pool.running() < pool.slots() || fleet.free() > 0);
        return new QueueSnapshot(
                waiting(),
                settings.size(),
                pool.running(),
                pool.slots(),
                Duration.ofNanos(oldest),
                slotFree ? Duration.ZERO : expectedWait(),
                active.size(now),
                shares.now(),
                speed(),
                pool.devices().stream().map(DeviceState::load).toList(),
                fleet.load(),
                !admission.isClosed());
    }

    /** Returns the speed of the devices in use, and this program's share of that of the workers. */
    double speed() {
        return pool.speed() + fleet.speed();
    }
}
