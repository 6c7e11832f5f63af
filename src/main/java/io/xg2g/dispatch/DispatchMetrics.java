package io.xg2g.dispatch;

import static java.util.Objects.requireNonNull;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.xg2g.ffmpeg.Failure;
import io.xg2g.ffmpeg.TranscodeOutcome;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Metrics of the queue and the slots. Thread-safe. */
final class DispatchMetrics {
    private static final Duration[] BUCKETS = Stream.of(
                    1, 5, 10, 25, 50, 100, 200, 400, 800, 1_600, 3_200, 6_400, 12_800, 25_600, 51_200)
            .map(Duration::ofMillis)
            .toArray(Duration[]::new);

    /** Outcome label of a completed unit. */
    static final String COMPLETED = "completed";

    private final MeterRegistry registry;
    // Registered at the start: rate() needs a first sample of 0.
    private final Map<Priority, Timer> waits = new EnumMap<>(Priority.class);
    private final Map<Rejection, Counter> rejections = new EnumMap<>(Rejection.class);
    private final Counter cancellations;
    private final Meter.MeterProvider<Timer> runs;
    private final Set<String> encoders = ConcurrentHashMap.newKeySet();
    private @Nullable Gauge demand;

    DispatchMetrics(MeterRegistry registry) {
        this.registry = registry;
        for (Priority priority : Priority.values()) {
            waits.put(priority, wait(priority));
        }
        for (Rejection reason : Rejection.values()) {
            rejections.put(reason, rejections(reason.code()));
        }
        this.cancellations = rejections("cancelled");
        this.runs = Timer.builder("xg2g.transcode.latency")
                .description("Run time of a unit on a device, without its wait in the queue")
                .serviceLevelObjectives(BUCKETS)
                .withRegistry(registry);
        observeRuns(TranscodeOutcome.NO_ENCODER);
        observeRuns(TranscodeOutcome.PREVIEW_ENCODER);
    }

    /** Registers the time series of every outcome, so that rate() includes the first failure. */
    void observeRuns(String encoder) {
        if (encoders.add(encoder)) {
            run(encoder, COMPLETED);
            for (Failure.Kind kind : Failure.Kind.values()) {
                if (!kind.ofWorker()) {
                    run(encoder, kind.code());
                }
            }
        }
    }

    /** Registers the gauges; each scrape calls the supplier. */
    void observe(Supplier<QueueSnapshot> snapshot) {
        for (Priority priority : Priority.values()) {
            gauge("xg2g.gpu.queue.size", () -> snapshot.get().waiting(priority))
                    .tag("priority", label(priority))
                    .description("Waiting requests, by their current level")
                    .register(registry);
        }
        gauge("xg2g.gpu.queue.capacity", () -> snapshot.get().capacity())
                .description("Maximum number of waiting requests, all levels together")
                .register(registry);
        gauge("xg2g.gpu.active.workers", () -> snapshot.get().running())
                .description("Units that run on the devices of this program")
                .register(registry);
        gauge("xg2g.gpu.slots", () -> snapshot.get().slots())
                .description("Slots of the healthy devices")
                .register(registry);
    }

    /** Registers the demand gauge while there are slots and removes it otherwise: its value is undefined without slots. */
    synchronized void showDemand(Supplier<QueueSnapshot> snapshot) {
        boolean slots = snapshot.get().slots() > 0;
        if (slots && demand == null) {
            demand = gauge("xg2g.gpu.slot.demand.ratio", () -> snapshot.get().demand())
                    .description("(waiting + running) / slots of this process; absent while it has no slots")
                    .register(registry);
        } else if (!slots && demand != null) {
            registry.remove(demand);
            demand = null;
        }
    }

    void started(Priority submitted, Duration waited) {
        requireNonNull(waits.get(submitted)).record(waited);
    }

    void rejected(Rejection reason) {
        requireNonNull(rejections.get(reason)).increment();
    }

    /** Counts a request that was cancelled before it ran. */
    void cancelled() {
        cancellations.increment();
    }

    /** Records the run of a unit on a device of this program. */
    void ran(TranscodeOutcome outcome, Duration ran) {
        Timer run = switch (outcome) {
            case TranscodeOutcome.Produced produced -> run(produced.encoder(), COMPLETED);
            case TranscodeOutcome.Failed failed ->
                run(failed.encoder(), failed.failure().kind().code());
        };
        run.record(ran);
    }

    /** Registers the metrics of a gateway of a cluster. */
    void join() {
        Stream.of(Failure.Kind.values())
                .filter(Failure.Kind::movesToAnotherDevice)
                .forEach(this::redos);
    }

    /** Counts a unit that runs again because its worker was lost, or failed it. */
    void redone(Failure.Kind reason) {
        redos(reason).increment();
    }

    private Counter redos(Failure.Kind reason) {
        return Counter.builder("xg2g.cluster.units.redone")
                .description("Units that ran again at another worker")
                .tag("reason", reason.code())
                .register(registry);
    }

    private Timer run(String encoder, String outcome) {
        return runs.withTags("encoder", encoder, "outcome", outcome);
    }

    /** Builds a gauge with a strong reference to its supplier, which has no other one. */
    private static Gauge.Builder<Supplier<Number>> gauge(String name, Supplier<Number> value) {
        return Gauge.builder(name, value);
    }

    private Timer wait(Priority submitted) {
        return Timer.builder("xg2g.gpu.queue.wait")
                .description("Time from submission to start, by the level of submission")
                .tag("priority", label(submitted))
                .serviceLevelObjectives(BUCKETS)
                .register(registry);
    }

    private Counter rejections(String reason) {
        return Counter.builder("xg2g.gpu.queue.rejections")
                .description("Requests that were rejected or cancelled before they started")
                .tag("reason", reason)
                .register(registry);
    }

    private static String label(Priority priority) {
        return Integer.toString(priority.level());
    }
}
