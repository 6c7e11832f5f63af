package io.xg2g.media;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.random.RandomInput;
import io.xg2g.random.RandomTest;
import org.junit.jupiter.api.Test;

class JumpDetectorTest {
    private static final long WRAP = 1L << 33;

    private final JumpDetector detector = new JumpDetector();

    @RandomTest
    void aSteadyClockHasNoJump(RandomInput input) {
        long start = input.between(0, WRAP - 1);
        JumpDetector steady = new JumpDetector();
        for (int i = 0; i < 100; i++) {
            steady.time((start + i * 90_000L) & (WRAP - 1));
        }
        assertThat(steady.jumped()).isFalse();
    }

    @RandomTest
    void aStepIsAJumpOnceSixTimesAgree(RandomInput input) {
        long step = input.between(180_001, WRAP - 45_001);
        JumpDetector jumping = new JumpDetector();
        run(jumping, 0, 10);

        run(jumping, 9 * 3_600 + step, 5);
        assertThat(jumping.jumped()).isFalse();

        jumping.time((9 * 3_600 + step + 5 * 3_600) & (WRAP - 1));
        assertThat(jumping.jumped()).isTrue();
        assertThat(jumping.jumped()).isFalse();
    }

    @Test
    void singleWrongTimesAreNotAJump() {
        for (int i = 0; i < 100; i++) {
            detector.time(i % 7 == 3 ? 5_000_000L * i : i * 3_600L);
        }
        assertThat(detector.jumped()).isFalse();
    }

    @Test
    void aLossOfAlmostTwoSecondsIsNotAJump() {
        run(detector, 0, 10);
        run(detector, 9 * 3_600 + 180_000, 10);

        assertThat(detector.jumped()).isFalse();
    }

    private static void run(JumpDetector detector, long start, int times) {
        for (int i = 0; i < times; i++) {
            detector.time((start + i * 3_600L) & (WRAP - 1));
        }
    }
}
