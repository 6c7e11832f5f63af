package io.xg2g.receiver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.xg2g.events.Event;
import io.xg2g.receiver.ProbeResult.Cause;
import io.xg2g.receiver.ProbeResult.Failed;
import io.xg2g.receiver.ProbeResult.Proven;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/**
 * Semantics of «5 consecutive failures, then 3 successes» in the library's circuit breaker, and which results are failures.
 */
class PortBreakerTest {
    private static final Duration HALF_A_MINUTE = Duration.ofSeconds(30);
    private static final ProbeResult PROVEN = new Proven();
    private static final ProbeResult REFUSED = failed(DetectionError.REFUSED, Cause.PORT);
    private static final ProbeResult HTML = failed(DetectionError.INVALID_TS, Cause.UNCLEAR);

    private final List<Event> events = new CopyOnWriteArrayList<>();
    private final AtomicInteger asked = new AtomicInteger();

    @Test
    void fiveConsecutiveFailuresOpenTheBreaker() throws InterruptedException {
        PortBreaker breaker = breaker(HALF_A_MINUTE);
        for (int i = 0; i < 4; i++) {
            assertThat(probe(breaker, "a", REFUSED)).isEqualTo(REFUSED);
        }
        assertThat(breaker.state()).isEqualTo("closed");
        probe(breaker, "a", REFUSED);
        assertThat(breaker.state()).isEqualTo("open");
        assertThat(breaker.level()).isEqualTo(2);
    }

    @Test
    void anOpenBreakerDoesNotProbeThePort() throws InterruptedException {
        PortBreaker breaker = open(HALF_A_MINUTE);
        asked.set(0);
        ProbeResult answer = probe(breaker, "a", PROVEN);
        assertThat(answer)
                .isInstanceOfSatisfying(
                        Failed.class, failed -> assertThat(failed.error()).isEqualTo(DetectionError.CIRCUIT_OPEN));
        assertThat(asked).hasValue(0);
    }

    @Test
    void aSuccessResetsTheFailureCount() throws InterruptedException {
        PortBreaker breaker = breaker(HALF_A_MINUTE);
        for (int i = 0; i < 50; i++) {
            probe(breaker, "a", i % 5 == 4 ? PROVEN : REFUSED);
        }
        assertThat(breaker.state()).isEqualTo("closed");
    }

    @Test
    void threeSuccessesAfterTheDelayCloseTheBreaker() throws InterruptedException {
        PortBreaker breaker = halfOpen();
        probe(breaker, "a", PROVEN);
        probe(breaker, "b", PROVEN);
        assertThat(breaker.state()).isEqualTo("half-open");
        probe(breaker, "c", PROVEN);
        assertThat(breaker.state()).isEqualTo("closed");

        // And five failures are required again
        for (int i = 0; i < 4; i++) {
            probe(breaker, "a", REFUSED);
        }
        assertThat(breaker.state()).isEqualTo("closed");
    }

    @Test
    void oneFailureInHalfOpenReopensTheBreaker() throws InterruptedException {
        PortBreaker breaker = halfOpen();
        probe(breaker, "a", PROVEN);
        probe(breaker, "a", PROVEN);
        probe(breaker, "a", REFUSED);
        assertThat(breaker.level()).isNotZero();
        await().until(() -> breaker.state().equals("half-open"));
        // The two earlier successes do not count any more
        probe(breaker, "a", PROVEN);
        assertThat(breaker.state()).isEqualTo("half-open");
    }

    @Test
    void aBadServiceNeverOpensTheBreaker() throws InterruptedException {
        PortBreaker breaker = breaker(HALF_A_MINUTE);
        for (int i = 0; i < 50; i++) {
            probe(breaker, "a", failed(DetectionError.SCRAMBLED, Cause.SERVICE));
            probe(breaker, "b", failed(DetectionError.HTTP_STATUS, Cause.SERVICE));
        }
        for (int i = 0; i < 50; i++) {
            probe(breaker, "c", HTML);
        }
        assertThat(breaker.state()).isEqualTo("closed");
    }

    @Test
    void failuresOfTwoServicesCountForThePort() throws InterruptedException {
        PortBreaker breaker = breaker(HALF_A_MINUTE);
        probe(breaker, "a", HTML);
        for (int i = 0; i < 5; i++) {
            assertThat(breaker.state()).isEqualTo("closed");
            probe(breaker, i % 2 == 0 ? "b" : "a", HTML);
        }
        assertThat(breaker.state()).isEqualTo("open");
    }

    @Test
    void aStreamInBetweenResetsFailuresOfServices() throws InterruptedException {
        PortBreaker breaker = breaker(HALF_A_MINUTE);
        for (int i = 0; i < 20; i++) {
            probe(breaker, "a", HTML);
            probe(breaker, "scrambled", failed(DetectionError.SCRAMBLED, Cause.SERVICE));
            probe(breaker, "b", HTML);
            probe(breaker, "c", PROVEN);
        }
        assertThat(breaker.state()).isEqualTo("closed");
    }

    @Test
    void receiversHaveSeparateBreakers() throws InterruptedException {
        PortBreaker other = new PortBreaker("other", 8001, new BreakerSettings(5, HALF_A_MINUTE, 3), _ -> {});
        open(HALF_A_MINUTE);
        assertThat(probe(other, "a", PROVEN)).isEqualTo(PROVEN);
    }

    @Test
    void interruptionsAndBugsPassThrough() {
        PortBreaker breaker = breaker(HALF_A_MINUTE);
        assertThatThrownBy(() -> breaker.probe(service("a"), () -> {
                    throw new InterruptedException();
                }))
                .isInstanceOf(InterruptedException.class);
        assertThatThrownBy(() -> breaker.probe(service("a"), () -> {
                    throw new IllegalStateException("mistake");
                }))
                .hasMessage("mistake");
    }

    private PortBreaker open(Duration timeout) throws InterruptedException {
        PortBreaker breaker = breaker(timeout);
        for (int i = 0; i < 5; i++) {
            probe(breaker, "a", REFUSED);
        }
        return breaker;
    }

    private PortBreaker halfOpen() throws InterruptedException {
        PortBreaker breaker = open(Duration.ofMillis(10));
        await().until(() -> breaker.state().equals("half-open"));
        return breaker;
    }

    private PortBreaker breaker(Duration timeout) {
        return new PortBreaker("box", 8001, new BreakerSettings(5, timeout, 3), events::add);
    }

    private ProbeResult probe(PortBreaker breaker, String service, ProbeResult answer) throws InterruptedException {
        return breaker.probe(service(service), () -> {
            asked.incrementAndGet();
            return answer;
        });
    }

    private static ServiceReference service(String name) {
        return new ServiceReference("1:0:1:" + name);
    }

    private static ProbeResult failed(DetectionError error, Cause cause) {
        return new Failed(error, cause, true, error.code());
    }
}
