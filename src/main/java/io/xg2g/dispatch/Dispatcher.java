package io.xg2g.dispatch;

import io.xg2g.schedule.TimeSource;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.trace.Tracer;
import io.quarkus.runtime.Startup;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.xg2g.ffmpeg.EncoderProbe;
import io.xg2g.ffmpeg.Failure;
import io.xg2g.ffmpeg.ProcessPriority;
import io.xg2g.ffmpeg.TranscodeOutcome;
import io.xg2g.ffmpeg.TranscodeUnit;
import io.xg2g.gpu.Device;
import io.xg2g.gpu.GpuLoad;
import io.xg2g.gpu.GpuStatus;
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
 * The one way to a GPU.
 *
 * <p>Each submitted request is answered exactly once. A slot is taken first, then the most deserving request is chosen
 * for it: higher {@linkplain Priority levels} first, clients of a level in turns, each client's requests in their
 * order. The structure is explained in {@code docs/adr/0003-one-lock-around-a-small-waiting-queue.md}; {@link Rejection}
 * lists the ways not to run.
 *
 * <p>Thread-safe and non-blocking, {@link #close} excepted. The {@link DispatchState} changes under one lock; slots are started
 * and answers given outside of it.
 */
@ApplicationScoped
@Startup
public class Dispatcher {
    private static final Logger LOG = Logger.getLogger(Dispatcher.class);
    private static final Duration WHATEVER_IT_TAKES = Duration.ofDays(1);

    private final UnitRunner slots;
    private final Tracer tracer;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition idle = lock.newCondition();
    private final DispatchState board;
    /** Changes whose aftermath is not done yet. */
    private final AtomicInteger unfinished = new AtomicInteger();

    private final DispatchMetrics metrics;

    /** Whether there was a slot after the latest change; guarded by the lock. */
    private boolean hasSlots;

    private volatile boolean closing;

    /** Uses the machine's time and the probe as the judge of a device's recovery. */
    @Inject
    Dispatcher(
            QueueConfig queue,
            SoftwareConfig software,
            GpuSlots slots,
            EncoderProbe probe,
            GpuStatus status,
            MeterRegistry registry,
            Tracer tracer) {
        this(
                QueueSettings.of(queue, software),
                slots::run,
                device -> onVirtualThread(() -> probe.reprobe(device).usable()),
                status::load,
                TimeSource.SYSTEM,
                registry,
                tracer);
    }

    /**
     * Makes a dispatcher.
     *
     * @param probe whether a device that was set aside is well again; must not block
     * @param loads the present load of a device; is asked under the lock
     */
    Dispatcher(
            QueueSettings settings,
            UnitRunner slots,
            Function<Device, Uni<Boolean>> probe,
            Function<Device, GpuLoad> loads,
            TimeSource time,
            MeterRegistry registry,
            Tracer tracer) {
        this.slots = slots;
        this.tracer = tracer;
        this.metrics = new DispatchMetrics(registry);
        DevicePool pool = new DevicePool(settings.slots(), settings.software(), loads);
        this.board = new DispatchState(
                settings,
                time,
                metrics,
                this::launch,
                new WaitDeadline(time, settings.maxWait(), this::raise, this::expire),
                pool,
                new DeviceRecovery(pool, time, probe, act -> change(_ -> act.run())));
        metrics.observe(this::snapshot);
    }

    private static <T> Uni<T> onVirtualThread(Supplier<T> blocking) {
        return Uni.createFrom()
                .item(blocking)
                .runSubscriptionOn(
                        action -> Thread.ofVirtual().name("device-probe").start(action));
    }

    /**
     * Makes the devices known, once, after the probe. Requests that arrived before have waited for this.
     *
     * @param devices those that can encode; may be empty, then requests are turned away
     */
    public void install(List<DeviceCapacity> devices) {
        devices.stream().flatMap(device -> device.encoders().stream()).forEach(metrics::observeRuns);
        change(after -> board.install(devices, after));
    }

    /**
     * Submits the request when the result is subscribed to; each subscription is a submission.
     *
     * <p>Cancelling the subscription {@linkplain #cancel cancels} the request; its result is then lost, while
     * {@code cancel} itself has it delivered.
     *
     * @return the request's one answer, on the thread that ended it; it fails only with
     *     {@link IllegalArgumentException}, when a request with the same id waits or runs
     */
    public Uni<TranscodeResult> submit(TranscodeRequest request) {
        return Uni.createFrom().emitter(emitter -> {
            Ticket ticket = admit(request, emitter);
            emitter.onTermination(() -> {
                if (!ticket.isDone()) {
                    change(after -> board.withdraw(ticket, after));
                }
            });
        });
    }

    private Ticket admit(TranscodeRequest request, UniEmitter<? super TranscodeResult> emitter) {
        RequestTrace trace = new RequestTrace(tracer, request);
        Ticket[] admitted = new Ticket[1];
        change(after -> {
            if (board.find(request.id()) != null) {
                trace.ended("duplicate");
                throw new IllegalArgumentException("request id " + request.id() + " is in the queue already");
            }
            admitted[0] = board.admit(request, emitter, trace, after);
        });
        return admitted[0];
    }

    /**
     * Turns a request away before anything is spent on it, if it would be turned away on arrival. The answer stands for
     * that of {@link #submit}, and counts as a rejection.
     *
     * @param prepared how many requests are being made ready to be submitted, this one included; no more than may wait
     *     or start at once
     * @return empty where the request may be prepared and submitted, which still decides
     */
    public Optional<TranscodeResult.Rejected> refusal(
            String client, @Nullable String stream, Priority priority, int prepared) {
        return locked(() -> board.refusal(client, stream, priority, prepared));
    }

    /** The level that a request would count at now. */
    public Priority level(String client, @Nullable String stream, Priority priority) {
        return locked(() -> board.level(client, stream, priority));
    }

    /** Turns a request away that has waited too long to be submitted at all; counts as a rejection. */
    public TranscodeResult.Rejected expired(Duration waited) {
        return locked(() -> board.turnAway(Rejection.TIMEOUT, waited));
    }

    /**
     * Takes a waiting request out at once, and stops a running one: its answer comes when its process has ended, and
     * only then its slot is free.
     *
     * @return whether there was such a request
     */
    public boolean cancel(String id) {
        boolean[] found = {false};
        change(after -> {
            Ticket ticket = board.find(id);
            if (ticket != null) {
                found[0] = true;
                board.withdraw(ticket, after);
            }
        });
        return found[0];
    }

    /** Where a waiting request stands; empty when it does not wait. */
    public Optional<QueuePosition> standing(String id) {
        return locked(() -> board.standing(id));
    }

    /** The stream that a running unit belongs to; empty where it does not run, or belongs to none. */
    public Optional<String> stream(TranscodeUnit unit) {
        return locked(() -> board.stream(unit));
    }

    /** How fast the devices in use are together ({@link DeviceCapacity#speed}). */
    public double speed() {
        return locked(board::speed);
    }

    /** The present state, all figures from the same moment. */
    public QueueSnapshot snapshot() {
        return locked(board::snapshot);
    }

    /** Takes nothing new from now on and turns away what waits; what runs goes on. */
    public void drain() {
        closing = true;
        change(board::close);
    }

    /**
     * {@linkplain #drain Drains}, lets running units finish, and stops those that have not when the time is over.
     * Blocks until every process has ended and every answer was given; so it must not be called while taking an answer.
     *
     * @param grace how long running units may still take
     */
    public void close(Duration grace) throws InterruptedException {
        drain();
        if (!awaitIdle(grace)) {
            change(board::stopAll);
            awaitIdle(WHATEVER_IT_TAKES);
        }
    }

    private boolean awaitIdle(Duration atMost) throws InterruptedException {
        lock.lock();
        try {
            long left = atMost.toNanos();
            while (!isIdle() && left > 0) {
                left = idle.awaitNanos(left);
            }
            return isIdle();
        } finally {
            lock.unlock();
        }
    }

    private boolean isIdle() {
        return board.running() == 0 && unfinished.get() == 0;
    }

    /** Makes a change under the lock, fills the free slots, and does outside the lock what follows from it. */
    private void change(Consumer<DeferredActions> change) {
        DeferredActions after = new DeferredActions();
        lock.lock();
        try {
            change.accept(after);
            board.fillSlots(after);
            if (board.slots() > 0 != hasSlots) {
                hasSlots = !hasSlots;
                after.then(() -> metrics.showDemand(this::snapshot));
            }
            unfinished.incrementAndGet();
        } finally {
            lock.unlock();
        }
        after.run();
        if (unfinished.decrementAndGet() == 0 && closing) {
            locked(() -> {
                idle.signalAll();
                return true;
            });
        }
    }

    private <T> T locked(Supplier<T> look) {
        lock.lock();
        try {
            return look.get();
        } finally {
            lock.unlock();
        }
    }

    private void launch(Ticket ticket, Device device, StopSignal stop) {
        Uni.createFrom()
                .deferred(() -> run(ticket, device, stop))
                .subscribe()
                .with(
                        outcome -> change(after -> board.ended(ticket, outcome, after)),
                        bug -> change(after -> board.ended(ticket, crash(bug), after)));
    }

    private Uni<TranscodeOutcome> run(Ticket ticket, Device device, StopSignal stop) {
        TranscodeRequest.Listener listener = ticket.request.listener();
        ticket.trace.started(device.id(), ticket.level());
        listener.started(device.id());
        ProcessPriority priority =
                ticket.isDue() ? ProcessPriority.LIVE : ticket.level().ofProcess();
        return slots.run(ticket.request.unit(), device, priority, listener::progressed, stop);
    }

    private static TranscodeOutcome crash(Throwable bug) {
        LOG.error("a slot refused its unit", bug);
        return new TranscodeOutcome.Failed(
                "none", new Failure(Failure.Kind.CRASH, "the slot ended with an internal error"));
    }

    private void raise(Ticket ticket) {
        change(_ -> board.raise(ticket));
    }

    private void expire(Ticket ticket) {
        change(after -> board.expire(ticket, after));
    }
}
