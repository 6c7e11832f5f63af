package io.xg2g.receiver;

import io.smallrye.faulttolerance.api.CircuitBreakerState;
import io.smallrye.faulttolerance.api.Guard;
import io.xg2g.events.Event;
import io.xg2g.events.EventType;
import io.xg2g.receiver.ProbeResult.Cause;
import io.xg2g.receiver.ProbeResult.Failed;
import java.io.Serial;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.eclipse.microprofile.faulttolerance.exceptions.CircuitBreakerOpenException;
import org.jboss.logging.Logger;

/**
 * Circuit breaker of one stream port of a receiver. Opens after a number of consecutive failures caused by the port, and closes
 * again after a number of successes. A failure caused by the service does not count; one of unclear cause counts if two services
 * have failed without a stream in between. Thread-safe.
 */
final class PortBreaker {
    private static final Logger LOG = Logger.getLogger(PortBreaker.class);

    private final Guard guard;
    private volatile CircuitBreakerState state = CircuitBreakerState.CLOSED;

    /** Services with a failure of unclear cause since the last stream of the port; at most two. */
    private final Set<String> unclearServices = new HashSet<>();

    /**
     * Creates a closed breaker.
     *
     * @param events receives the events of the breaker; must not block
     */
    PortBreaker(String receiver, int port, BreakerSettings settings, Consumer<Event> events) {
        this.guard = Guard.create()
                .withDescription("receiver " + receiver + ", port " + port)
                .withCircuitBreaker()
                .failOn(PortFailure.class)
                .requestVolumeThreshold(settings.threshold())
                .failureRatio(1)
                .delay(settings.timeout().toMillis(), ChronoUnit.MILLIS)
                .successThreshold(settings.successThreshold())
                .onStateChange(next -> {
                    state = next;
                    LOG.infof("circuit breaker changed: receiver=%s port=%d state=%s", receiver, port, code(next));
                    if (next != CircuitBreakerState.HALF_OPEN) {
                        events.accept(event(receiver, port, next == CircuitBreakerState.OPEN));
                    }
                })
                .done()
                .build();
    }

    private static Event event(String receiver, int port, boolean opened) {
        return Event.of(
                opened ? EventType.BREAKER_OPENED : EventType.BREAKER_CLOSED,
                receiver + ':' + port,
                opened
                        ? "The stream port of the receiver failed repeatedly and is not asked for a while."
                        : "The stream port of the receiver works again.",
                Map.of("receiver", receiver, "port", Integer.toString(port)));
    }

    /** Probes the port, unless the breaker is open. */
    ProbeResult probe(ServiceReference service, Callable<ProbeResult> port) throws InterruptedException {
        try {
            return guard.call(
                    () -> {
                        ProbeResult answer = port.call();
                        if (answer instanceof Failed failed && countsAsPortFailure(service.key(), failed.cause())) {
                            throw new PortFailure(failed);
                        }
                        if (!(answer instanceof Failed failed) || failed.error() == DetectionError.SCRAMBLED) {
                            clearUnclearFailures();
                        }
                        return answer;
                    },
                    ProbeResult.class);
        } catch (PortFailure failure) {
            return failure.answer;
        } catch (CircuitBreakerOpenException open) {
            return new Failed(DetectionError.CIRCUIT_OPEN, Cause.PORT, true, "not probed: its circuit breaker is open");
        } catch (InterruptedException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException("a probe declares no other exception", e);
        }
    }

    /** Returns {@code closed}, {@code half-open} or {@code open}. */
    String state() {
        return code(state);
    }

    /** Returns 0 for closed, 1 for half-open, 2 for open. */
    int level() {
        return switch (state) {
            case CLOSED -> 0;
            case HALF_OPEN -> 1;
            case OPEN -> 2;
        };
    }

    private synchronized boolean countsAsPortFailure(String service, Cause cause) {
        if (cause == Cause.UNCLEAR && unclearServices.size() < 2) {
            unclearServices.add(service);
        }
        return cause == Cause.PORT || (cause == Cause.UNCLEAR && unclearServices.size() == 2);
    }

    private synchronized void clearUnclearFailures() {
        unclearServices.clear();
    }

    private static String code(CircuitBreakerState state) {
        return switch (state) {
            case CLOSED -> "closed";
            case HALF_OPEN -> "half-open";
            case OPEN -> "open";
        };
    }

    /** Signals a failure to the breaker. */
    private static final class PortFailure extends Exception {
        @Serial
        private static final long serialVersionUID = 1;

        private final transient Failed answer;

        PortFailure(Failed answer) {
            super(answer.detail(), null, false, false);
            this.answer = answer;
        }
    }
}
