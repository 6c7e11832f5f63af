package io.xg2g.gpu;

import io.smallrye.faulttolerance.api.CircuitBreakerState;
import io.smallrye.faulttolerance.api.Guard;
import java.io.Serial;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import org.eclipse.microprofile.faulttolerance.exceptions.CircuitBreakerOpenException;
import org.jboss.logging.Logger;

/**
 * Circuit breaker and timeout of a {@link GpuSampler}. The sampler runs on its own thread and is not called again while a call
 * hangs; after three failures in a row the breaker opens for a while. Called by one thread at a time.
 */
final class SamplerCircuit implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(SamplerCircuit.class);
    private static final int FAILURES = 3;
    /** Minimum timeout until a GPU was sampled: the first sample loads the library and links its functions. */
    private static final Duration FIRST_TIMEOUT = Duration.ofSeconds(10);

    /** Reason of a failed sample; a metric's label. */
    enum Failure {
        /** The sample exceeded its time limit. */
        TIMEOUT,
        /** The previous call has not returned. */
        HANGING,
        /** The sampler has thrown. */
        ERROR;

        String code() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final GpuSampler sampler;
    private final Duration timeout;
    private final BiConsumer<String, Failure> failures;
    private final Guard guard;
    /** Platform thread: a driver that hangs would hold the carrier of a virtual one. */
    private final ExecutorService thread;

    private CompletableFuture<SamplerResult> last = CompletableFuture.completedFuture(SamplerResult.EMPTY);
    private boolean gpuSeen;
    private volatile CircuitBreakerState breaker = CircuitBreakerState.CLOSED;
    private volatile String lastError = "";

    /**
     * Creates a closed circuit breaker.
     *
     * @param timeout time limit of a sample; longer until the first GPU was sampled
     * @param pause time that the breaker stays open
     * @param failures receives the sampler's name and the reason of each failure
     */
    SamplerCircuit(GpuSampler sampler, Duration timeout, Duration pause, BiConsumer<String, Failure> failures) {
        this.sampler = sampler;
        this.timeout = timeout;
        this.failures = failures;
        this.thread = Executors.newSingleThreadExecutor(Thread.ofPlatform()
                .daemon()
                .name("gpu-sampler-" + sampler.name())
                .factory());
        this.guard = Guard.create()
                .withDescription("GPU sampler " + sampler.name())
                .withCircuitBreaker()
                .failOn(SamplingFailed.class)
                .requestVolumeThreshold(FAILURES)
                .failureRatio(1)
                .delay(pause.toMillis(), ChronoUnit.MILLIS)
                .successThreshold(1)
                .onStateChange(next -> {
                    breaker = next;
                    LOG.infof("GPU sampler's circuit breaker changed: sampler=%s state=%s", sampler.name(), state());
                })
                .done()
                .build();
    }

    /** Samples within the time limit; empty if that failed, the breaker is open, or this is closed. */
    Optional<SamplerResult> sample() throws InterruptedException {
        try {
            SamplerResult result = guard.call(this::sampleWithinTimeout, SamplerResult.class);
            gpuSeen |= !result.samples().isEmpty();
            lastError = "";
            return Optional.of(result);
        } catch (SamplingFailed failed) {
            recordFailure(failed);
            return Optional.empty();
        } catch (CircuitBreakerOpenException | RejectedExecutionException openOrClosed) {
            return Optional.empty();
        } catch (InterruptedException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException("a sampler declares no other exception", e);
        }
    }

    private SamplerResult sampleWithinTimeout() throws SamplingFailed, InterruptedException {
        if (!last.isDone()) {
            throw new SamplingFailed(Failure.HANGING, "the previous call has not returned");
        }
        Duration limit = gpuSeen || timeout.compareTo(FIRST_TIMEOUT) > 0 ? timeout : FIRST_TIMEOUT;
        CompletableFuture<SamplerResult> sampling = CompletableFuture.supplyAsync(sampler::sample, thread);
        last = sampling;
        try {
            return sampling.get(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException late) {
            throw new SamplingFailed(Failure.TIMEOUT, "no answer within " + limit.toMillis() + " ms");
        } catch (ExecutionException failed) {
            Throwable cause = failed.getCause() == null ? failed : failed.getCause();
            LOG.debugf(cause, "GPU sampler failed: sampler=%s", sampler.name());
            throw new SamplingFailed(Failure.ERROR, String.valueOf(cause.getMessage()));
        }
    }

    private void recordFailure(SamplingFailed failed) {
        failures.accept(sampler.name(), failed.failure);
        if (lastError.isEmpty()) {
            LOG.warnf("GPU sampler failed: sampler=%s reason=%s", sampler.name(), failed.getMessage());
        }
        lastError = String.valueOf(failed.getMessage());
    }

    String name() {
        return sampler.name();
    }

    /** Returns {@code closed}, {@code half-open} or {@code open}. */
    String state() {
        return breaker.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Returns the error of the last sample; empty if it succeeded. */
    String lastError() {
        return lastError;
    }

    /** Closes the sampler on its thread; has no effect while a call hangs. */
    @Override
    public void close() {
        if (!thread.isShutdown()) {
            thread.execute(sampler::close);
            thread.shutdown();
        }
    }

    /** Failure that counts for the breaker. */
    private static final class SamplingFailed extends Exception {
        @Serial
        private static final long serialVersionUID = 1;

        private final Failure failure;

        SamplingFailed(Failure failure, String detail) {
            super(detail, null, false, false);
            this.failure = failure;
        }
    }
}
