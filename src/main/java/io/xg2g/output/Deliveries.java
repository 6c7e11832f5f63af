package io.xg2g.output;

import io.micrometer.core.instrument.MeterRegistry;
import io.xg2g.connection.ConnectionException;
import io.xg2g.connection.ConnectionKeeper;
import io.xg2g.connection.Session;
import io.xg2g.schedule.TimeSource;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Deliveries to one output: a bounded number in flight, each with a deadline, each counted once. Thread-safe.
 *
 * @param <S> kind of connection
 */
final class Deliveries<S extends Session> {
    private final ConnectionKeeper<S> keeper;
    private final int limit;
    private final Duration timeout;
    private final TimeSource time;
    private final OutputMetrics metrics;
    private final AtomicInteger inFlight = new AtomicInteger();

    /** Sends something. */
    interface Sending<S> {
        /**
         * Sends without blocking, and completes the result when the answer arrives. Nothing needs to be sent any more when the result
         * is complete, which it is after the deadline.
         *
         * @throws ConnectionException if it cannot be sent
         */
        void send(S session, CompletableFuture<@Nullable Void> result) throws ConnectionException;
    }

    /**
     * Creates one, with metrics.
     *
     * @param output label in metrics
     */
    Deliveries(
            String output,
            ConnectionKeeper<S> keeper,
            OutputSettings settings,
            TimeSource time,
            MeterRegistry registry) {
        this.keeper = keeper;
        this.limit = settings.inFlight();
        this.timeout = settings.timeout();
        this.time = time;
        metrics = new OutputMetrics(registry, output, inFlight::get);
    }

    /**
     * Begins a delivery; does not block.
     *
     * @return completes when it was accepted, exceptionally when not, at the deadline at the latest
     */
    CompletableFuture<Void> begin(Sending<S> sending) {
        if (inFlight.incrementAndGet() > limit) {
            inFlight.decrementAndGet();
            metrics.failed(ConnectionException.Kind.BACKLOG);
            return CompletableFuture.failedFuture(new ConnectionException(
                    ConnectionException.Kind.BACKLOG, limit + " deliveries wait for their answers already"));
        }
        long began = time.nanoTime();
        CompletableFuture<@Nullable Void> result = new CompletableFuture<>();
        CompletableFuture<Void> counted = result.whenComplete((_, failure) -> ended(time.nanoTime() - began, failure))
                .thenRun(() -> {});
        try {
            S session = keeper.session();
            Runnable cancel = time.schedule(timeout, () -> expire(session, result, began));
            var _ = result.whenComplete((_, _) -> cancel.run());
            sending.send(session, result);
        } catch (ConnectionException failed) {
            result.completeExceptionally(failed);
        }
        return counted;
    }

    private void expire(S session, CompletableFuture<@Nullable Void> result, long began) {
        boolean expired = result.completeExceptionally(new ConnectionException(
                ConnectionException.Kind.TIMEOUT, "no answer within " + timeout.toMillis() + " ms"));
        if (expired) {
            keeper.unanswered(session, began);
        }
    }

    private void ended(long nanos, @Nullable Throwable failure) {
        inFlight.decrementAndGet();
        if (failure == null) {
            metrics.delivered(nanos);
        } else {
            metrics.failed(
                    failure instanceof ConnectionException known ? known.kind() : ConnectionException.Kind.REFUSED);
        }
    }
}
