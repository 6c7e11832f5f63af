package io.xg2g.dispatch;

import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.trace.Tracer;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.xg2g.dispatch.DevicePool.Lane;
import io.xg2g.dispatch.Ticket.Phase;
import io.xg2g.dispatch.Ticket.Stop;
import io.xg2g.ffmpeg.EncoderProbe;
import io.xg2g.ffmpeg.Failure;
import io.xg2g.ffmpeg.TranscodeOutcome;
import io.xg2g.ffmpeg.TranscodeUnit;
import io.xg2g.gpu.Device;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.DoubleConsumer;
import java.util.function.Predicate;
import org.jboss.logging.Logger;

/**
 * The one way to a GPU.
 *
 * <p>Each submitted request is answered exactly once. A slot is taken first, then the most deserving request is chosen
 * for it: higher {@linkplain Priority levels} first, clients of a level in turns, each client's requests in their
 * order. See {@code docs/adr/0003-waiting-queue.md} for the structure, and {@link Rejection} for the ways not to run.
 *
 * <p>Thread-safe and non-blocking, {@link #close} excepted. State changes under one lock; slots are started and answers
 * given outside of it.
 */
@ApplicationScoped
public class Dispatcher {

    /** Runs a unit in a slot: {@link GpuSlots#run}. */
    interface Slots {
        Uni<TranscodeOutcome> run(TranscodeUnit unit, Device device, DoubleConsumer progress, StopSignal stop);
    }

    private static final Logger LOG = Logger.getLogger(Dispatcher.class);

    private final QueueSettings settings;
    private final Slots slots;
    private final Timer timer;
    private final Tracer tracer;
    private final DispatchMetrics metrics;
    private final DeviceRecovery recovery;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition idle = lock.newCondition();
    private final WaitingQueue<Ticket> waiting;
    private final DevicePool pool;
    private final ActiveStreams active = new ActiveStreams();
    private final DrainRate drain = new DrainRate();
    private final Map<String, Ticket> open = new HashMap<>();
    private long sequence;
    private boolean closed;

    /** Uses the machine's time and the probe as the judge of a device's recovery. */
    @Inject
    Dispatcher(
            QueueConfig queue,
            SoftwareConfig software,
            GpuSlots slots,
            EncoderProbe probe,
            MeterRegistry registry,
            Tracer tracer) {
        this(QueueSettings.of(queue, software), slots::run, probe::reprobe, Timer.system(), registry, tracer);
    }

    Dispatcher(
            QueueSettings settings,
            Slots slots,
            Predicate<Device> isWell,
            Timer timer,
            MeterRegistry registry,
            Tracer tracer) {
        this.settings = settings;
        this.slots = slots;
        this.timer = timer;
        this.tracer = tracer;
        this.waiting = new WaitingQueue<>(settings.size(), settings.fair());
        this.pool = new DevicePool(settings.slots(), settings.software());
        this.recovery = new DeviceRecovery(timer, isWell, lane -> change(after -> pool.restore(lane)));
        this.metrics = new DispatchMetrics(registry);
        metrics.observe(this::snapshot);
    }

    /**
     * Makes the devices known, once, after the probe. Requests that arrived before have waited for this.
     *
     * @param devices those that can encode; may be empty, then requests are turned away
     */
    public void install(List<DeviceSlots> devices) {
        change(after -> {
            pool.install(devices);
            if (!pool.mayServe()) {
                for (Ticket ticket : waiting.entries()) {
                    waiting.remove(ticket);
                    reject(ticket, Rejection.NO_DEVICE, after);
                }
            }
        });
    }

    /**
     * Submits the request when the result is subscribed to; each subscription is a submission.
     *
     * <p>Cancelling the subscription {@linkplain #cancel cancels} the request; its result is then lost, while
     * {@code cancel} itself has it delivered.
     *
     * @return the request's one answer, on the thread that ended it; it never fails
     */
    public Uni<TranscodeResult> submit(TranscodeRequest request) {
        return Uni.createFrom().emitter(emitter -> {
            admit(request, emitter);
            emitter.onTermination(() -> cancel(request.id()));
        });
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
            Ticket ticket = open.get(id);
            if (ticket != null) {
                found[0] = true;
                if (waiting.remove(ticket)) {
                    metrics.rejected("cancelled");
                    answer(ticket, new TranscodeResult.Cancelled(waitedUntilNow(ticket)), "cancelled", after);
                } else {
                    stop(ticket, Stop.CANCELLED, after);
                }
            }
        });
        return found[0];
    }

    /** Where a waiting request stands; empty when it does not wait. */
    public Optional<Standing> standing(String id) {
        lock.lock();
        try {
            Ticket ticket = open.get(id);
            return ticket == null || !ticket.isQueued()
                    ? Optional.empty()
                    : Optional.of(new Standing(ticket.level(), waiting.ahead(ticket) + 1));
        } finally {
            lock.unlock();
        }
    }

    /** The present state, all figures from the same moment. */
    public QueueSnapshot snapshot() {
        lock.lock();
        try {
            long now = timer.nanoTime();
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
                    pool.lanes().stream().map(DevicePool.Lane::load).toList(),
                    !closed);
        } finally {
            lock.unlock();
        }
    }

    /** Takes nothing new from now on and turns away what waits; what runs goes on. */
    public void drain() {
        change(after -> {
            closed = true;
            for (Ticket ticket : waiting.entries()) {
                waiting.remove(ticket);
                reject(ticket, Rejection.SHUTDOWN, after);
            }
        });
    }

    /**
     * {@linkplain #drain Drains}, lets running units finish, and stops those that have not when the time is over.
     * Blocks until every process has ended.
     *
     * @param grace how long running units may still take
     */
    public void close(Duration grace) throws InterruptedException {
        drain();
        if (!awaitIdle(grace)) {
            change(after -> open.values().forEach(ticket -> stop(ticket, Stop.SHUTDOWN, after)));
            awaitIdle(Duration.ofDays(1));
        }
    }

    private boolean awaitIdle(Duration atMost) throws InterruptedException {
        lock.lock();
        try {
            long left = atMost.toNanos();
            while (pool.running() > 0 && left > 0) {
                left = idle.awaitNanos(left);
            }
            return pool.running() == 0;
        } finally {
            lock.unlock();
        }
    }

    private void admit(TranscodeRequest request, UniEmitter<? super TranscodeResult> emitter) {
        RequestTrace trace = new RequestTrace(tracer, request);
        change(after -> {
            long now = timer.nanoTime();
            Ticket ticket = new Ticket(request, active.level(request, now), sequence++, now, emitter, trace);
            if (open.putIfAbsent(request.id(), ticket) != null) {
                throw new IllegalArgumentException("request id " + request.id() + " is in the queue already");
            }
            if (closed) {
                reject(ticket, Rejection.SHUTDOWN, after);
            } else if (!pool.mayServe()) {
                reject(ticket, Rejection.NO_DEVICE, after);
            } else if (waiting.offer(ticket) instanceof WaitingQueue.Offer.Accepted<Ticket>(Ticket displaced)) {
                if (displaced != null) {
                    reject(displaced, Rejection.DISPLACED, after);
                }
                arm(ticket);
            } else {
                reject(ticket, Rejection.FULL, after);
            }
        });
    }

    /** Makes a change under the lock, fills the free slots, and does outside the lock what follows from it. */
    private void change(Consumer<Deque<Runnable>> change) {
        Deque<Runnable> after = new ArrayDeque<>(4);
        lock.lock();
        try {
            change.accept(after);
            fillSlots(after);
            if (pool.running() == 0) {
                idle.signalAll();
            }
        } finally {
            lock.unlock();
        }
        after.forEach(Runnable::run);
    }

    private void fillSlots(Deque<Runnable> after) {
        Deque<Ticket> passedOver = new ArrayDeque<>(0);
        while (pool.choose(Set.of()) != null) {
            Ticket next = waiting.poll();
            if (next == null) {
                break;
            }
            Lane lane = pool.choose(next.tried);
            if (lane == null) {
                passedOver.push(next);
            } else {
                start(next, lane, after);
            }
        }
        passedOver.forEach(waiting::putBack);
    }

    private void start(Ticket ticket, Lane lane, Deque<Runnable> after) {
        long now = timer.nanoTime();
        disarm(ticket);
        if (ticket.tried.isEmpty()) {
            ticket.waited = Duration.ofNanos(now - ticket.submittedNanos);
            metrics.started(ticket.submitted, ticket.waited);
        }
        pool.acquire(lane);
        StopSignal stop = new StopSignal();
        ticket.phase = new Phase.Running(lane, stop, now);
        TranscodeRequest request = ticket.request;
        after.add(() -> {
            ticket.trace.started(lane.device.id(), ticket.level());
            request.listener().started(lane.device.id());
            slots.run(request.unit(), lane.device, request.listener()::progressed, stop)
                    .subscribe()
                    .with(outcome -> ended(ticket, lane, outcome), bug -> ended(ticket, lane, crash(bug)));
        });
    }

    private static TranscodeOutcome crash(Throwable bug) {
        LOG.error("a slot refused its unit", bug);
        return new TranscodeOutcome.Failed(
                "none", new Failure(Failure.Kind.CRASH, "the slot ended with an internal error"));
    }

    private void ended(Ticket ticket, Lane lane, TranscodeOutcome outcome) {
        change(after -> {
            if (!(ticket.phase instanceof Phase.Running(var _, var _, long startedNanos))) {
                return;
            }
            long now = timer.nanoTime();
            Duration ran = Duration.ofNanos(now - startedNanos);
            pool.release(lane);
            switch (outcome) {
                case TranscodeOutcome.Produced produced -> completed(ticket, lane, produced, now, ran, after);
                case TranscodeOutcome.Failed failed -> failed(ticket, lane, failed, ran, after);
            }
        });
    }

    private void completed(
            Ticket ticket,
            Lane lane,
            TranscodeOutcome.Produced produced,
            long now,
            Duration ran,
            Deque<Runnable> after) {
        drain.ended(ran.toNanos());
        active.completed(ticket.request, now);
        metrics.ran(produced.encoder(), "completed", ran);
        answer(
                ticket,
                new TranscodeResult.Completed(
                        produced.renditions(), produced.encoder(), lane.device.id(), ticket.waited, ran),
                "completed",
                after);
    }

    private void failed(Ticket ticket, Lane lane, TranscodeOutcome.Failed failed, Duration ran, Deque<Runnable> after) {
        Failure failure = failed.failure();
        metrics.ran(failed.encoder(), failure.kind().code(), ran);
        if (failure.kind().movesToAnotherDevice()) {
            recovery.afterFailure(pool, lane, failure);
        }
        switch (ticket.stop) {
            case CANCELLED -> answer(ticket, new TranscodeResult.Cancelled(ticket.waited), "cancelled", after);
            case SHUTDOWN -> reject(ticket, Rejection.SHUTDOWN, after);
            case NOT -> {
                if (!failure.kind().movesToAnotherDevice() || !moved(ticket, lane, after)) {
                    TranscodeResult result = new TranscodeResult.Failed(failure, ticket.waited, ran);
                    answer(ticket, result, failure.kind().code(), after);
                }
            }
        }
    }

    /** Sends the unit to another device, at once or when a slot is free there; says whether that is possible. */
    private boolean moved(Ticket ticket, Lane failedOn, Deque<Runnable> after) {
        ticket.tried.add(failedOn);
        if (closed || pool.isExhausted(ticket.tried) || remainingWait(ticket) <= 0) {
            return false;
        }
        Lane next = pool.choose(ticket.tried);
        if (next != null) {
            start(ticket, next, after);
        } else {
            waiting.putBack(ticket);
            arm(ticket);
        }
        return true;
    }

    private void stop(Ticket ticket, Stop why, Deque<Runnable> after) {
        if (ticket.phase instanceof Phase.Running running && ticket.stop == Stop.NOT) {
            ticket.stop = why;
            after.add(running.stop()::stop);
        }
    }

    private void reject(Ticket ticket, Rejection reason, Deque<Runnable> after) {
        metrics.rejected(reason.code());
        Duration retryAfter = drain.expectedWait(waiting.size(), pool.slots());
        answer(ticket, new TranscodeResult.Rejected(reason, waitedUntilNow(ticket), retryAfter), reason.code(), after);
    }

    private void answer(Ticket ticket, TranscodeResult result, String outcome, Deque<Runnable> after) {
        disarm(ticket);
        ticket.phase = new Phase.Done();
        open.remove(ticket.request.id(), ticket);
        after.add(() -> {
            ticket.trace.ended(outcome);
            ticket.emitter.complete(result);
        });
    }

    /** Sets the timer for what time will do to the waiting ticket next: raise it, later turn it away. */
    private void arm(Ticket ticket) {
        long left = remainingWait(ticket);
        long untilRaise = left - settings.maxWait().toNanos() / 2;
        boolean raises = untilRaise > 0 && ticket.level() != Priority.ACTIVE;
        Runnable disarm = raises
                ? timer.schedule(
                        untilRaise,
                        () -> whileQueued(ticket, after -> {
                            waiting.promote(ticket);
                            arm(ticket);
                        }))
                : timer.schedule(
                        Math.max(0, left),
                        () -> whileQueued(ticket, after -> {
                            waiting.remove(ticket);
                            reject(ticket, Rejection.TIMEOUT, after);
                        }));
        ticket.phase = new Phase.Waiting(disarm);
    }

    private void whileQueued(Ticket ticket, Consumer<Deque<Runnable>> act) {
        change(after -> {
            if (ticket.isQueued()) {
                act.accept(after);
            }
        });
    }

    private static void disarm(Ticket ticket) {
        if (ticket.phase instanceof Phase.Waiting(Runnable disarm)) {
            disarm.run();
        }
    }

    private long remainingWait(Ticket ticket) {
        return settings.maxWait().toNanos() - (timer.nanoTime() - ticket.submittedNanos);
    }

    private Duration waitedUntilNow(Ticket ticket) {
        return ticket.phase instanceof Phase.Running
                ? ticket.waited
                : Duration.ofNanos(timer.nanoTime() - ticket.submittedNanos);
    }
}
