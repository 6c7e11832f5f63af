package io.xg2g.receiver;

import io.smallrye.faulttolerance.api.CircuitBreakerState;
import io.smallrye.faulttolerance.api.Guard;
import io.xg2g.receiver.PortAnswer.Blame;
import io.xg2g.receiver.PortAnswer.Failed;
import java.io.Serial;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Callable;
import org.eclipse.microprofile.faulttolerance.exceptions.CircuitBreakerOpenException;
import org.jboss.logging.Logger;

/**
 * The circuit breaker of one stream port of one receiver. It opens after a number of failures in a row that are the
 * port's own, and closes again by successes. A bad service is no failure of the port; a port that gives no MPEG-TS at
 * all is one as soon as two services have been tried. Thread-safe.
 */
final class PortBreaker {
    private static final Logger LOG = Logger.getLogger(PortBreaker.class);

    private final Guard guard;
    private volatile CircuitBreakerState state = CircuitBreakerState.CLOSED;

    /** Services that were asked for without a stream since the port last gave one; two are enough to know. */
    private final Set<String> withoutStream = new HashSet<>();

    PortBreaker(String receiver, int port, BreakerSettings settings) {
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
                    LOG.infof("stream port's breaker changed receiver=%s port=%d state=%s", receiver, port, code(next));
                })
                .done()
                .build();
    }

    /** Asks the port, unless the breaker is open. */
    PortAnswer ask(ServiceReference service, Callable<PortAnswer> port) throws InterruptedException {
        try {
            return guard.call(
                    () -> {
                        PortAnswer answer = port.call();
                        if (answer instanceof Failed failed && isPortsFault(service.key(), failed.blame())) {
                            throw new PortFailure(failed);
                        }
                        if (!(answer instanceof Failed failed) || failed.error() == DetectionError.SCRAMBLED) {
                            givesStreams();
                        }
                        return answer;
                    },
                    PortAnswer.class);
        } catch (PortFailure failure) {
            return failure.answer;
        } catch (CircuitBreakerOpenException open) {
            return new Failed(DetectionError.CIRCUIT_OPEN, Blame.PORT, true, "not asked after repeated failures");
        } catch (InterruptedException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException("a probe declares no other exception", e);
        }
    }

    /** {@code closed}, {@code half-open} or {@code open}. */
    String state() {
        return code(state);
    }

    /** 0 closed, 1 half-open, 2 open. */
    int level() {
        return switch (state) {
            case CLOSED -> 0;
            case HALF_OPEN -> 1;
            case OPEN -> 2;
        };
    }

    private synchronized boolean isPortsFault(String service, Blame blame) {
        if (blame == Blame.UNCLEAR && withoutStream.size() < 2) {
            withoutStream.add(service);
        }
        return blame == Blame.PORT || (blame == Blame.UNCLEAR && withoutStream.size() == 2);
    }

    private synchronized void givesStreams() {
        withoutStream.clear();
    }

    private static String code(CircuitBreakerState state) {
        return switch (state) {
            case CLOSED -> "closed";
            case HALF_OPEN -> "half-open";
            case OPEN -> "open";
        };
    }

    /** Tells the breaker of a failure. */
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
