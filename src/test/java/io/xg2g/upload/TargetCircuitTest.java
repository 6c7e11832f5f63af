package io.xg2g.upload;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.schedule.Backoff;
import io.xg2g.schedule.ManualTime;
import io.xg2g.upload.TargetException.Kind;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class TargetCircuitTest {
    private final ManualTime time = new ManualTime();
    private final TargetCircuit circuit =
            new TargetCircuit(time::nanoTime, Backoff.exact(Duration.ofSeconds(1), Duration.ofSeconds(60)));

    @Test
    void whileClosedEverybodyMayEnter() {
        assertThat(circuit.tryEnter()).isTrue();
        assertThat(circuit.tryEnter()).isTrue();
        assertThat(circuit.reason()).isEmpty();
    }

    @Test
    void afterAFailureNobodyEntersBeforeTheBackoffIsOverThenOne() {
        circuit.failed(Kind.CONNECTION);

        assertThat(circuit.tryEnter()).isFalse();
        assertThat(circuit.untilRetry()).isEqualTo(Duration.ofSeconds(1));
        assertThat(circuit.reason()).contains(Kind.CONNECTION);
        time.advance(Duration.ofSeconds(1));
        assertThat(circuit.tryEnter()).isTrue();
        assertThat(circuit.tryEnter()).isFalse();
    }

    @Test
    void failuresOfRequestsUnderWayCountOnce() {
        circuit.failed(Kind.SERVER);
        circuit.failed(Kind.SERVER);
        circuit.failed(Kind.SERVER);
        assertThat(circuit.untilRetry()).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void theBackoffDoublesUpToAMinute() {
        for (int seconds : new int[] {1, 2, 4, 8, 16, 32, 60, 60}) {
            circuit.failed(Kind.TIMEOUT);
            assertThat(circuit.untilRetry()).isEqualTo(Duration.ofSeconds(seconds));
            time.advance(Duration.ofSeconds(seconds));
            assertThat(circuit.tryEnter()).isTrue();
        }
    }

    @Test
    void aSuccessClosesIt() {
        circuit.failed(Kind.DENIED);
        time.advance(Duration.ofSeconds(1));
        assertThat(circuit.tryEnter()).isTrue();

        circuit.succeeded();

        assertThat(circuit.tryEnter()).isTrue();
        assertThat(circuit.reason()).isEmpty();
        circuit.failed(Kind.DENIED);
        assertThat(circuit.untilRetry()).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void whoEnteredAndSentNothingLeavesTheTurnToTheNext() {
        circuit.failed(Kind.SERVER);
        time.advance(Duration.ofSeconds(1));
        assertThat(circuit.tryEnter()).isTrue();

        circuit.left();

        assertThat(circuit.tryEnter()).isTrue();
    }
}
