package io.xg2g.upload;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FailuresInRowTest {
    private static final int MOST = FailuresInRow.MAX_ATTEMPTS;

    private long successes;
    private final FailuresInRow failures = new FailuresInRow(() -> successes);

    @Test
    void attemptsThatFailWhileOthersSucceedAreGivenUpAtTheLast() {
        assertThat(last(MOST - 1, 1)).isFalse();
        assertThat(last(1, 1)).isTrue();
        assertThat(last(1, 0)).as("the next object").isTrue();
    }

    @Test
    void attemptsOfAnOutageDoNotCount() {
        assertThat(last(10 * MOST, 0)).isFalse();
        successes++;
        assertThat(last(1, 0)).as("the first failure after it").isFalse();
        assertThat(failures.number()).isEqualTo(10 * MOST + 1);
        assertThat(last(MOST - 3, 1)).isFalse();
        assertThat(last(1, 1)).isTrue();
    }

    @Test
    void anAttemptThatSucceedsBeginsAnew() {
        last(MOST - 1, 1);
        failures.end();
        assertThat(failures.number()).isZero();
        assertThat(last(MOST - 1, 1)).isFalse();
        assertThat(last(1, 1)).isTrue();
    }

    /** Fails a number of times, before each of which others have succeeded; returns whether the last one is given up. */
    private boolean last(int attempts, int others) {
        boolean last = false;
        for (int n = 0; n < attempts; n++) {
            successes += others;
            last = failures.isLast();
        }
        return last;
    }
}
