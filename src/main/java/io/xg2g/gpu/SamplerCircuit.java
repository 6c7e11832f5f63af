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
 * A sampler, kept from doing harm: it works on a thread of its own, its looks are waited for only so long, it is not
 * called while it hangs, and after three failures in a row it is left alone for a while. To be called by one thread at a
 * time.
 */
final class SamplerCircuit implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(SamplerCircuit.class);
    private static final int FAILURES = 3;
    /** A library is loaded, and calls to it are made ready, in the first look that finds something. */
    private static final Duration FIRST = Duration.ofSeconds(10);

    /** Why a look gave nothing; a metric's label. */
    enum Failure {
        /** It took too long. */
        TIMEOUT,
        /** The one before has not come back. */
        HANGING,
        /** The sampler said why. */
        ERROR;

        String code() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final GpuSampler sampler;
    private final Duration timeout;
    private final BiConsumer<String, Failure> failures;
    private final Guard guard;
    /** A thread of the platform: a driver that hangs would hold on to the carrier of a virtual one. */
    private final ExecutorService thread;

    private CompletableFuture<SamplerResult> last = CompletableFuture.completedFuture(SamplerResult.NOTHING);
    private boolean hasSeen;
    private volatile CircuitBreakerState breaker = CircuitBreakerState.CLOSED;
    private volatile String problem = "";

    /**
     * Puts a sampler behind a breaker.
     *
     * @param timeout how long a look may take; the first that sees a GPU may take longer
     * @param pause how long it is left alone after failures in a row
     * @param failures is told the sampler's name and what happened
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
                .failOn(LookFailed.class)
                .requestVolumeThreshold(FAILURES)
                .failureRatio(1)
                .delay(pause.toMillis(), ChronoUnit.MILLIS)
                .successThreshold(1)
                .onStateChange(next -> {
                    breaker = next;
                    LOG.infof("GPU sampler's breaker changed sampler=%s state=%s", sampler.name(), state());
                })
                .done()
                .build();
    }

    /** Looks, and waits for it no longer than it may take; empty where it failed, is left alone, or is closed. */
    Optional<SamplerResult> look() throws InterruptedException {
        try {
            SamplerResult reading = guard.call(this::lookInTime, SamplerResult.class);
            hasSeen |= !reading.samples().isEmpty();
            problem = "";
            return Optional.of(reading);
        } catch (LookFailed failed) {
            noteFailure(failed);
            return Optional.empty();
        } catch (CircuitBreakerOpenException | RejectedExecutionException leftAloneOrClosed) {
            return Optional.empty();
        } catch (InterruptedException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException("a look declares no other exception", e);
        }
    }

    private SamplerResult lookInTime() throws LookFailed, InterruptedException {
        if (!last.isDone()) {
            throw new LookFailed(Failure.HANGING, "the look before has not come back");
        }
        Duration limit = hasSeen || timeout.compareTo(FIRST) > 0 ? timeout : FIRST;
        CompletableFuture<SamplerResult> look = CompletableFuture.supplyAsync(sampler::look, thread);
        last = look;
        try {
            return look.get(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException late) {
            throw new LookFailed(Failure.TIMEOUT, "no answer within " + limit.toMillis() + " ms");
        } catch (ExecutionException failed) {
            Throwable cause = failed.getCause() == null ? failed : failed.getCause();
            LOG.debugf(cause, "GPU sampler failed sampler=%s", sampler.name());
            throw new LookFailed(Failure.ERROR, String.valueOf(cause.getMessage()));
        }
    }

    private void noteFailure(LookFailed failed) {
        failures.accept(sampler.name(), failed.failure);
        if (problem.isEmpty()) {
            LOG.warnf("GPU sampler failed sampler=%s reason=%s", sampler.name(), failed.getMessage());
        }
        problem = String.valueOf(failed.getMessage());
    }

    String name() {
        return sampler.name();
    }

    /** {@code closed}, {@code half-open} or {@code open}. */
    String state() {
        return breaker.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Why the last look gave nothing; empty when it gave something. */
    String problem() {
        return problem;
    }

    /** Closes the sampler, unless it hangs. */
    @Override
    public void close() {
        if (!thread.isShutdown()) {
            thread.execute(sampler::close);
            thread.shutdown();
        }
    }

    /** Tells the breaker of a failure. */
    private static final class LookFailed extends Exception {
        @Serial
        private static final long serialVersionUID = 1;

        private final Failure failure;

        LookFailed(Failure failure, String detail) {
            super(detail, null, false, false);
            this.failure = failure;
        }
    }
}
