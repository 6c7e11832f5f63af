package io.xg2g.receiver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.xg2g.events.Event;
import io.xg2g.receiver.PortAnswer.Cause;
import io.xg2g.receiver.PortAnswer.Failed;
import io.xg2g.receiver.PortAnswer.Proven;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What «5 failures in a row, then 3 successes» means in the library's breaker, and what counts as a failure. */
class PortBreakerTest {
    private static final Duration HALF_A_MINUTE = Duration.ofSeconds(30);
    private static final PortAnswer PROVEN = new Proven();
    private static final PortAnswer REFUSED = failed(DetectionError.REFUSED, Cause.PORT);
    private static final PortAnswer HTML = failed(DetectionError.INVALID_TS, Cause.UNCLEAR);

    private final List<Event> events = new CopyOnWriteArrayList<>();
    private final AtomicInteger asked = new AtomicInteger();

    @Test
    void fiveFailuresInARowOpenIt() throws InterruptedException {
        PortBreaker breaker = breaker(HALF_A_MINUTE);
        for (int i = 0; i < 4; i++) {
            assertThat(ask(breaker, "a", REFUSED)).isEqualTo(REFUSED);
        }
        assertThat(breaker.state()).isEqualTo("closed");
        ask(breaker, "a", REFUSED);
        assertThat(breaker.state()).isEqualTo("open");
        assertThat(breaker.level()).isEqualTo(2);
    }

    @Test
    void anOpenOneDoesNotAskThePort() throws InterruptedException {
        PortBreaker breaker = open(HALF_A_MINUTE);
        asked.set(0);
        PortAnswer answer = ask(breaker, "a", PROVEN);
        assertThat(answer)
                .isInstanceOfSatisfying(
                        Failed.class, failed -> assertThat(failed.error()).isEqualTo(DetectionError.CIRCUIT_OPEN));
        assertThat(asked).hasValue(0);
    }

    @Test
    void aSuccessBetweenThemStartsTheRowAnew() throws InterruptedException {
        PortBreaker breaker = breaker(HALF_A_MINUTE);
        for (int i = 0; i < 50; i++) {
            ask(breaker, "a", i % 5 == 4 ? PROVEN : REFUSED);
        }
        assertThat(breaker.state()).isEqualTo("closed");
    }

    @Test
    void threeSuccessesAfterTheDelayCloseIt() throws InterruptedException {
        PortBreaker breaker = halfOpen();
        ask(breaker, "a", PROVEN);
        ask(breaker, "b", PROVEN);
        assertThat(breaker.state()).isEqualTo("half-open");
        ask(breaker, "c", PROVEN);
        assertThat(breaker.state()).isEqualTo("closed");
        assertThat(events).extracting(Event::type).containsExactly("breaker.opened", "breaker.closed");
        assertThat(events).extracting(Event::subject).containsOnly("box:8001");
        // And it takes five failures again
        for (int i = 0; i < 4; i++) {
            ask(breaker, "a", REFUSED);
        }
        assertThat(breaker.state()).isEqualTo("closed");
    }

    @Test
    void oneFailureInHalfOpenOpensItAgain() throws InterruptedException {
        PortBreaker breaker = halfOpen();
        ask(breaker, "a", PROVEN);
        ask(breaker, "a", PROVEN);
        ask(breaker, "a", REFUSED);
        assertThat(breaker.level()).isNotZero();
        await().until(() -> breaker.state().equals("half-open"));
        // The two successes before do not count any longer
        ask(breaker, "a", PROVEN);
        assertThat(breaker.state()).isEqualTo("half-open");
    }

    @Test
    void aBadServiceNeverOpensIt() throws InterruptedException {
        PortBreaker breaker = breaker(HALF_A_MINUTE);
        for (int i = 0; i < 50; i++) {
            ask(breaker, "a", failed(DetectionError.SCRAMBLED, Cause.SERVICE));
            ask(breaker, "b", failed(DetectionError.HTTP_STATUS, Cause.SERVICE));
        }
        for (int i = 0; i < 50; i++) {
            ask(breaker, "c", HTML);
        }
        assertThat(breaker.state()).isEqualTo("closed");
    }

    @Test
    void noStreamForTwoServicesIsThePortsFault() throws InterruptedException {
        PortBreaker breaker = breaker(HALF_A_MINUTE);
        ask(breaker, "a", HTML);
        for (int i = 0; i < 5; i++) {
            assertThat(breaker.state()).isEqualTo("closed");
            ask(breaker, i % 2 == 0 ? "b" : "a", HTML);
        }
        assertThat(breaker.state()).isEqualTo("open");
    }

    @Test
    void aStreamInBetweenShowsThatTheServicesWereAtFault() throws InterruptedException {
        PortBreaker breaker = breaker(HALF_A_MINUTE);
        for (int i = 0; i < 20; i++) {
            ask(breaker, "a", HTML);
            ask(breaker, "scrambled", failed(DetectionError.SCRAMBLED, Cause.SERVICE));
            ask(breaker, "b", HTML);
            ask(breaker, "c", PROVEN);
        }
        assertThat(breaker.state()).isEqualTo("closed");
    }

    @Test
    void oneReceiversBreakerIsNotTheOthers() throws InterruptedException {
        PortBreaker other = new PortBreaker("other", 8001, new BreakerSettings(5, HALF_A_MINUTE, 3), _ -> {});
        open(HALF_A_MINUTE);
        assertThat(ask(other, "a", PROVEN)).isEqualTo(PROVEN);
    }

    @Test
    void interruptionsAndMistakesPassThrough() {
        PortBreaker breaker = breaker(HALF_A_MINUTE);
        assertThatThrownBy(() -> breaker.ask(service("a"), () -> {
                    throw new InterruptedException();
                }))
                .isInstanceOf(InterruptedException.class);
        assertThatThrownBy(() -> breaker.ask(service("a"), () -> {
                    throw new IllegalStateException("mistake");
                }))
                .hasMessage("mistake");
    }

    private PortBreaker open(Duration timeout) throws InterruptedException {
        PortBreaker breaker = breaker(timeout);
        for (int i = 0; i < 5; i++) {
            ask(breaker, "a", REFUSED);
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

    private PortAnswer ask(PortBreaker breaker, String service, PortAnswer answer) throws InterruptedException {
        return breaker.ask(service(service), () -> {
            asked.incrementAndGet();
            return answer;
        });
    }

    private static ServiceReference service(String name) {
        return new ServiceReference("1:0:1:" + name);
    }

    private static PortAnswer failed(DetectionError error, Cause cause) {
        return new Failed(error, cause, true, error.code());
    }
}
