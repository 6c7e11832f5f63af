package io.xg2g.gpu;

import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.instrumentation.annotations.WithSpan;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.Startup;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.xg2g.config.ConfigBounds;
import io.xg2g.schedule.PeriodicTasks;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Periodic sampling of the GPUs; each round updates {@link GpuStatus} and the metrics and is published to the bus. Samplers run
 * concurrently and fail independently: a failed sampler delays no other, and only its samples are missing.
 */
@ApplicationScoped
@Startup
public class GpuCollector {
    private static final Path ROOT = Path.of("/");
    private static final Duration PAUSE = Duration.ofSeconds(30);

    private final boolean enabled;
    private final List<SamplerCircuit> samplers;
    private final GpuStatus status;
    private final GpuMetrics metrics;
    private final Duration interval;
    private final LongSupplier nanos;
    private final AtomicBoolean collecting = new AtomicBoolean();
    /** Held while samples are delivered, so that none is after {@link #stop} has returned. */
    private final ReentrantLock delivery = new ReentrantLock();

    /** Set under {@link #delivery}. */
    private volatile boolean stopped;

    private volatile long lastScheduled;
    private final Consumer<List<GpuSample>> observer;

    /** Samples the GPUs of this machine. */
    @Inject
    GpuCollector(
            GpuStatsConfig config,
            DeviceDiscovery discovery,
            ToolRunner tools,
            GpuStatus status,
            MeterRegistry registry,
            GpuPublisher publisher) {
        this(
                config,
                config.enabled() ? samplers(config, discovery, tools) : List.of(),
                PAUSE,
                status,
                registry,
                System::nanoTime,
                publisher::publish);
    }

    /**
     * Samples with these samplers.
     *
     * @param pause time that the circuit breaker of a sampler stays open
     * @param nanos the monotonic clock
     * @param observer receives the samples of each round, and must not block
     */
    GpuCollector(
            GpuStatsConfig config,
            List<GpuSampler> samplers,
            Duration pause,
            GpuStatus status,
            MeterRegistry registry,
            LongSupplier nanos,
            Consumer<List<GpuSample>> observer) {
        ConfigBounds.duration("xg2g.gpu.stats.interval", config.interval(), Duration.ofSeconds(1), Duration.ofHours(1));
        Duration timeout = ConfigBounds.duration(
                "xg2g.gpu.stats.timeout", config.timeout(), Duration.ofMillis(100), Duration.ofMinutes(1));
        this.enabled = config.enabled();
        this.interval = config.interval();
        this.nanos = nanos;
        this.lastScheduled = nanos.getAsLong();
        this.status = status;
        this.metrics = new GpuMetrics(registry);
        this.observer = observer;
        this.samplers = samplers.stream()
                .map(sampler -> new SamplerCircuit(sampler, timeout, pause, metrics::recordFailure))
                .toList();
        this.samplers.forEach(sampler -> metrics.register(sampler.name()));
    }

    private static List<GpuSampler> samplers(GpuStatsConfig config, DeviceDiscovery discovery, ToolRunner tools) {
        String host = KernelFiles.read(Path.of("/proc/sys/kernel/hostname")).strip();
        Clock clock = Clock.systemUTC();
        return List.of(
                new NvidiaSampler(config.nvmlLibrary(), ROOT, discovery::nvidiaId, tools, host, clock),
                new DrmSampler(ROOT, discovery, host, clock, System::nanoTime));
    }

    void start(@Observes StartupEvent event, PeriodicTasks tasks) {
        tasks.every(interval, "gpu-telemetry", this::catchUp);
    }

    /** Runs a round that the scheduler has missed: it pauses after the wall clock was set back. */
    void catchUp() {
        if (nanos.getAsLong() - lastScheduled >= 2 * interval.toNanos()) {
            try {
                collectAlone();
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Runs one round, unless another one is running. */
    @Scheduled(every = "{xg2g.gpu.stats.interval}", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    @RunOnVirtualThread
    @WithSpan("gpu telemetry")
    void collect() throws InterruptedException {
        lastScheduled = nanos.getAsLong();
        collectAlone();
    }

    private void collectAlone() throws InterruptedException {
        if (!enabled || stopped || !collecting.compareAndSet(false, true)) {
            return;
        }
        try {
            round();
        } finally {
            collecting.set(false);
        }
    }

    private void round() throws InterruptedException {
        List<SamplerResult> results = sampleAll();
        delivery.lock();
        try {
            if (!stopped) {
                deliver(results);
            }
        } finally {
            delivery.unlock();
        }
    }

    private void deliver(List<SamplerResult> results) {
        List<GpuSample> samples = new ArrayList<>();
        for (SamplerResult result : results) {
            samples.addAll(result.samples());
            result.errors().forEach(metrics::record);
        }
        status.update(samples);
        metrics.update(status);
        observer.accept(List.copyOf(samples));
    }

    private List<SamplerResult> sampleAll() throws InterruptedException {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<Optional<SamplerResult>>> samplings = new ArrayList<>();
            samplers.forEach(sampler -> samplings.add(sampler::sample));
            return threads.invokeAll(samplings).stream()
                    .flatMap(sampling -> value(sampling).stream())
                    .toList();
        }
    }

    private static Optional<SamplerResult> value(Future<Optional<SamplerResult>> sampling) {
        try {
            return sampling.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted after all samplers were done", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("a sampler failed outside of its circuit breaker", e);
        }
    }

    /** Returns whether the GPUs are sampled. */
    public boolean isEnabled() {
        return enabled;
    }

    /** Returns the state of each sampler by its name: of its circuit breaker, and its last error if there is one. */
    public Map<String, String> samplers() {
        Map<String, String> states = new LinkedHashMap<>();
        for (SamplerCircuit sampler : samplers) {
            String error = sampler.lastError();
            states.put(sampler.name(), sampler.state() + (error.isEmpty() ? "" : ": " + error));
        }
        return states;
    }

    /** Ends sampling; the samples of a round that is running are dropped. */
    void stop(@Observes ShutdownEvent event) {
        delivery.lock();
        try {
            stopped = true;
        } finally {
            delivery.unlock();
        }
    }

    @PreDestroy
    void close() {
        samplers.forEach(SamplerCircuit::close);
    }
}
