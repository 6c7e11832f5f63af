package io.xg2g.channel;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StartWaitTest {
    private final List<Duration> steps = new ArrayList<>();

    /** Returns a step that takes no time, and gives something the nth time; 0: never. */
    private StartWait.Step<Optional<String>> giving(int nth) {
        return time -> {
            steps.add(time);
            return steps.size() == nth ? Optional.of("window") : Optional.empty();
        };
    }

    private static Optional<String> wait(Duration timeout, boolean refused, StartWait.Step<Optional<String>> step)
            throws InterruptedException {
        return new StartWait(timeout, () -> refused).until(step, Optional::isEmpty);
    }

    @Test
    void aWaitEndsWithWhatItWaitsFor() throws InterruptedException {
        assertThat(wait(Duration.ofSeconds(15), false, giving(3))).contains("window");
        assertThat(steps).hasSize(3);
    }

    @Test
    void theStepsLastForTheTimeout() throws InterruptedException {
        assertThat(wait(Duration.ofMillis(1100), false, giving(0))).isEmpty();
        assertThat(steps.stream().reduce(Duration.ZERO, Duration::plus)).hasMillis(1100);
    }

    @Test
    void aWaitEndsAfterAStepWhenTheStartIsRefused() throws InterruptedException {
        assertThat(wait(Duration.ofSeconds(15), true, giving(0))).isEmpty();
        assertThat(steps).hasSize(1);
    }

    @Test
    void whatIsThereIsReturnedAlthoughNothingElseWillCome() throws InterruptedException {
        assertThat(wait(Duration.ofSeconds(15), true, giving(1))).contains("window");
    }
}
