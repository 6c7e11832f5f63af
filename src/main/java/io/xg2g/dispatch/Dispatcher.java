package io.xg2g.dispatch;

import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.trace.Tracer;
import io.quarkus.runtime.Startup;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.xg2g.dispatch.DevicePool.DeviceState;
import io.xg2g.events.Event;
import io.xg2g.events.EventPublisher;
import io.xg2g.ffmpeg.EncoderProbe;
import io.xg2g.ffmpeg.Failure;
import io.xg2g.ffmpeg.TranscodeOutcome;
import io.xg2g.ffmpeg.TranscodeUnit;
import io.xg2g.gpu.Device;
import io.xg2g.gpu.GpuLoad;
import io.xg2g.gpu.GpuStatus;
import io.xg2g.schedule.TimeSource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Bounded priority queue in front of the slots of the devices; all encoding goes through it.
 *
 * <p>Each submitted request gets exactly one {@link TranscodeResult}. When a slot is free, the next request is taken: the highest
 * {@linkplain Priority level} first, the clients of a level in round-robin order, and the requests of a client first in, first
 * out. {@link Rejection} lists the reasons for which a request does not run. The structure is explained in
 * {@code docs/adr/0003-one-lock-around-a-small-waiting-queue.md}.
 *
 * <p>Thread-safe and non-blocking, except {@link #close}. One lock guards the {@link DispatchState}; units are started, requests
 * answered, and metrics and log messages written without it.
 */
@ApplicationScoped
@Startup
public class Dispatcher {
    private static final Logger LOG = Logger.getLogger(Dispatcher.class);
    private static final Duration UNBOUNDED = Duration.ofDays(1);

    private final UnitRunner slots;
    private final Tracer tracer;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition idle = lock.newCondition();
    private final DispatchState state;
    /** Number of changes whose deferred actions have not finished. */
    private final AtomicInteger pendingActions = new AtomicInteger();

    private final DispatchMetrics metrics;

    /** Whether there were slots after the latest change; guarded by the lock. */
    private boolean hasSlots;

    /** Guarded by the lock. */
    private @Nullable DemandSignal demand;

    private volatile boolean closing;

    /** Creates the dispatcher of the program. */
    @Inject
    Dispatcher(
            QueueConfig queue,
            SoftwareConfig software,
            GpuSlots slots,
            EncoderProbe probe,
            GpuStatus status,
            MeterRegistry registry,
            Tracer tracer,
            EventPublisher events) {
        this(
                QueueSettings.of(queue, software),
                slots::run,
                device -> onVirtualThread(() -> probe.reprobe(device).usable()),
                status::load,
                TimeSource.SYSTEM,
                registry,
                tracer,
                events::publish);
    }

    /**
     * Creates a dispatcher.
     *
     * @param probe returns whether a disabled device works again; must not block
     * @param loads returns the latest sample of a device's load; called under the lock, must not block
     * @param events receives the events of the devices; must not block
     */
    Dispatcher(
            QueueSettings settings,
            UnitRunner slots,
            Function<Device, Uni<Boolean>> probe,
            Function<Device, GpuLoad> loads,
            TimeSource time,
            MeterRegistry registry,
            Tracer tracer,
            Consumer<Event> events) {
        this.slots = slots;
        this.tracer = tracer;
        this.metrics = new DispatchMetrics(registry);
        DevicePool pool = new DevicePool(settings.slots(), settings.software(), loads);
        this.state = new DispatchState(
                settings,
                time,
                metrics,
                this::launch,
                new WaitDeadline(time, settings.maxWait(), this::raise, this::expire),
                pool,
                new DeviceRecovery(pool, time, probe, act -> change(_ -> act.run()), events));
        metrics.observe(this::snapshot);
    }

    private static <T> Uni<T> onVirtualThread(Supplier<T> blocking) {
        return Uni.createFrom()
                .item(blocking)
                .runSubscriptionOn(
                        action -> Thread.ofVirtual().name("device-probe").start(action));
    }

    /**
     * Sets the devices; called once, after the probe. Requests that arrived earlier wait until then.
     *
     * @param devices devices that can encode; if empty, requests are rejected
     */
    public void install(List<DeviceCapacity> devices) {
        devices.stream().flatMap(device -> device.encoders().stream()).forEach(metrics::observeRuns);
        change(deferred -> state.install(devices, deferred));
    }

    /**
     * Joins a cluster, once: from now on requests wait for slots of workers too, until their deadline, instead of being rejected
     * with {@link Rejection#NO_DEVICE}.
     *
     * @param receiver is told at once, and after each change, how many requests wait
     */
    public void remote(SlotDemand receiver) {
        metrics.join();
        change(_ -> {
            if (demand != null) {
                throw new IllegalStateException("the demand for slots has a receiver already");
            }
            demand = new DemandSignal(receiver);
            state.join();
        });
    }

    /** Sets the capacity of the workers. Nothing is started or rejected for it: it is what channels and clients can expect. */
    public void remote(RemoteCapacity capacity) {
        change(_ -> state.fleet().announce(capacity));
    }

    /**
     * Offers a free slot of a worker: the request that comes next at this moment runs in it, or it is given back, before this
     * method returns or soon after.
     */
    public void offer(RemoteSlot slot) {
        if (slot.isExpired()) {
            slot.release();
        } else {
            change(deferred -> state.offer(slot, deferred));
        }
    }

    /**
     * Submits a request on subscription; each subscription is a submission.
     *
     * <p>Cancelling the subscription {@linkplain #cancel cancels} the request without a result; {@code cancel} delivers one.
     *
     * @return the result, on the thread that ended the request; fails only with {@link IllegalArgumentException}, if a request
     *     with the same id waits or runs
     */
    public Uni<TranscodeResult> submit(TranscodeRequest request) {
        return Uni.createFrom().emitter(emitter -> {
            Ticket ticket = admit(request, emitter);
            emitter.onTermination(() -> {
                if (!ticket.isDone()) {
                    change(deferred -> state.withdraw(ticket, deferred));
                }
            });
        });
    }

    private Ticket admit(TranscodeRequest request, UniEmitter<? super TranscodeResult> emitter) {
        RequestTrace trace = new RequestTrace(tracer, request);
        Ticket[] admitted = new Ticket[1];
        change(deferred -> {
            if (state.open().find(request.id()) != null) {
                trace.ended("duplicate");
                throw new IllegalArgumentException(
                        "request id " + request.id() + " is in use by a request that waits or runs");
            }
            admitted[0] = state.admit(request, emitter, trace, deferred);
        });
        return admitted[0];
    }

    /**
     * Checks admission before a request is prepared. A rejection counts as one of {@link #submit}.
     *
     * @param prepared number of requests in preparation, including this one; rejected if more than could wait or start now
     * @return empty if the request can be prepared; {@link #submit} may still reject it
     */
    public Optional<TranscodeResult.Rejected> refusal(
            String client, @Nullable String stream, Priority priority, int prepared) {
        Optional<TranscodeResult.Rejected> refusal = locked(() -> state.admission()
                .refusal(client, stream, priority, prepared)
                .map(reason -> state.rejection(reason, Duration.ZERO)));
        refusal.ifPresent(rejected -> metrics.rejected(rejected.reason()));
        return refusal;
    }

    /** Returns the rejection that every request would get now, because of the shutdown or since no device can encode. */
    public Optional<TranscodeResult.Rejected> unavailable() {
        return locked(() -> state.admission().unavailable().map(reason -> state.rejection(reason, Duration.ZERO)));
    }

    /** Returns the level that a request would have if it were submitted now. */
    public Priority level(String client, @Nullable String stream, Priority priority) {
        return locked(() -> state.admission().level(client, stream, priority));
    }

    /** Rejects a request that reached its maximum wait before it was submitted. */
    public TranscodeResult.Rejected expired(Duration waited) {
        metrics.rejected(Rejection.TIMEOUT);
        return locked(() -> state.rejection(Rejection.TIMEOUT, waited));
    }

    /**
     * Cancels a request. A waiting one ends at once; a running one, and its slot, when its process has ended.
     *
     * @return whether a request with this id was waiting or running
     */
    public boolean cancel(String id) {
        boolean[] found = {false};
        change(deferred -> {
            Ticket ticket = state.open().find(id);
            if (ticket != null) {
                found[0] = true;
                state.withdraw(ticket, deferred);
            }
        });
        return found[0];
    }

    /** Returns the position of a waiting request; empty if it does not wait. */
    public Optional<QueuePosition> position(String id) {
        return locked(() -> Optional.ofNullable(state.open().find(id)).flatMap(state::position));
    }

    /** Returns the stream of a running unit; empty if the unit does not run or belongs to no stream. */
    public Optional<String> stream(TranscodeUnit unit) {
        return locked(() -> state.open().stream(unit));
    }

    /** Returns the sum of the {@linkplain DeviceCapacity#speed speeds} of the devices in use, and the share of the workers' speed. */
    public double speed() {
        return locked(state::speed);
    }

    /** Returns whether units are encoded on the processor now. */
    public boolean encodesOnProcessor() {
        return locked(() -> state.pool().encodesOnProcessor());
    }

    /** Returns a consistent snapshot. */
    public QueueSnapshot snapshot() {
        return locked(state::snapshot);
    }

    /** Rejects all new and all waiting requests; running units continue. */
    public void drain() {
        closing = true;
        change(state::close);
    }

    /**
     * {@linkplain #drain Drains}, waits for running units, and stops those that still run after the grace period. Blocks until
     * every process has ended and every result was delivered; must not be called by the receiver of a result.
     *
     * @param grace maximum time for running units to end by themselves
     */
    public void close(Duration grace) throws InterruptedException {
        drain();
        if (!awaitIdle(grace)) {
            change(state::stopAll);
            awaitIdle(UNBOUNDED);
        }
    }

    private boolean awaitIdle(Duration timeout) throws InterruptedException {
        lock.lock();
        try {
            long left = timeout.toNanos();
            while (!isIdle() && left > 0) {
                left = idle.awaitNanos(left);
            }
            return isIdle();
        } finally {
            lock.unlock();
        }
    }

    private boolean isIdle() {
        return state.running() == 0 && pendingActions.get() == 0;
    }

    /** Applies a change and fills the free slots under the lock, then runs the deferred actions without it. */
    private void change(Consumer<DeferredActions> change) {
        DeferredActions deferred = new DeferredActions();
        lock.lock();
        try {
            change.accept(deferred);
            state.fillSlots(deferred);
            if (state.pool().slots() > 0 != hasSlots) {
                hasSlots = !hasSlots;
                deferred.then(() -> metrics.showDemand(this::snapshot));
            }
            if (demand != null && demand.set(state.waiting())) {
                deferred.start(demand::deliver);
            }
            pendingActions.incrementAndGet();
        } finally {
            lock.unlock();
        }
        deferred.run();
        if (pendingActions.decrementAndGet() == 0 && closing) {
            locked(() -> {
                idle.signalAll();
                return true;
            });
        }
    }

    private <T> T locked(Supplier<T> query) {
        lock.lock();
        try {
            return query.get();
        } finally {
            lock.unlock();
        }
    }

    private void launch(Ticket ticket, Place place, StopSignal stop) {
        Uni.createFrom()
                .deferred(() -> run(ticket, place, stop))
                .subscribe()
                .with(
                        outcome -> change(deferred -> state.ended(ticket, outcome, deferred)),
                        bug -> change(deferred -> state.ended(ticket, crash(bug), deferred)));
    }

    private Uni<TranscodeOutcome> run(Ticket ticket, Place place, StopSignal stop) {
        TranscodeRequest request = ticket.request;
        TranscodeRequest.Listener listener = request.listener();
        String device = place.device().id();
        ticket.trace.started(device, ticket.level());
        listener.started(device);
        return switch (place) {
            case Place.Local(DeviceState state) ->
                slots.run(request.unit(), state.device, ticket.process(), listener::progressed, stop);
            case Place.Remote(RemoteSlot slot, int attempt) ->
                slot.run(new RemoteRun(
                        request.id(),
                        attempt,
                        request.unit(),
                        ticket.process(),
                        listener::progressed,
                        stop,
                        ticket.trace.context()));
        };
    }

    private static TranscodeOutcome crash(Throwable bug) {
        LOG.error("slot rejected a unit", bug);
        return new TranscodeOutcome.Failed(
                "none", new Failure(Failure.Kind.CRASH, "the slot ended with an internal error"));
    }

    private void raise(Ticket ticket) {
        change(_ -> state.raise(ticket));
    }

    private void expire(Ticket ticket) {
        change(deferred -> state.expire(ticket, deferred));
    }
}
