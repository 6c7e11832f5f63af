package io.xg2g.camera;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Test of {@link FrameClock}, {@link FrameSelector} and {@link FrameRate}. */
class FrameTimesTest {
    private static final Instant START = Instant.parse("2026-01-31T12:00:00Z");

    @Test
    void theLeastDelayOfTheBeginningIsThatOfTheCamera() {
        FrameClock clock = new FrameClock();
        clock.captured(millis(0), START.plusMillis(2000));
        clock.captured(millis(100), START.plusMillis(2010));
        clock.captured(millis(200), START.plusMillis(2020));

        assertThat(clock.captured(millis(2000), START.plusMillis(2100))).isEqualTo(START.plusMillis(2100));
        assertThat(clock.captured(millis(2100), START.plusMillis(2400))).isEqualTo(START.plusMillis(2200));
    }

    @Test
    void laterTheDriftOfTheCameraIsKept() {
        FrameClock clock = new FrameClock();
        clock.captured(millis(0), START);
        clock.captured(millis(10_000), START.plusMillis(10_000));

        // The clock of the camera is fast by 16 s in an hour; then it jumps back.
        assertThat(clock.captured(millis(3_616_000), START.plusMillis(3_600_000)))
                .isEqualTo(START.plusMillis(3_616_000));
        assertThat(clock.captured(millis(1_000), START.plusMillis(3_600_100))).isEqualTo(START.plusMillis(1_000));
    }

    @Test
    void framesAreSelectedEvenly() {
        assertThat(selected(10, 40, 250)).isEqualTo(100);
        assertThat(selected(10, 100, 100)).isEqualTo(100);
        assertThat(selected(10, 200, 100)).isEqualTo(100);
        assertThat(selected(0.5, 100, 100)).isEqualTo(6);
    }

    @Test
    void afterAJumpOfTheTimesFramesAreSelectedAgain() {
        FrameSelector selector = new FrameSelector(10);
        assertThat(selector.selects(millis(1_000_000))).isTrue();
        assertThat(selector.selects(millis(0))).isTrue();
        assertThat(selector.selects(millis(50))).isFalse();
        assertThat(selector.selects(millis(100))).isTrue();
        assertThat(selector.selects(millis(1_000_000))).isTrue();
        assertThat(selector.selects(millis(1_000_010))).isFalse();
    }

    @Test
    void theRateIsThatOfTheLatestSeconds() {
        FrameRate rate = new FrameRate();
        assertThat(rate.perSecond()).isZero();
        for (int second = 0; second < 20; second++) {
            rate.read(second < 10 ? 100L * second : 900 + 10L * (second - 9), millis(1000L * second));
        }
        assertThat(rate.perSecond()).isEqualTo(10);
    }

    private static long selected(double fps, long interval, int frames) {
        FrameSelector selector = new FrameSelector(fps);
        return LongStream.range(0, frames)
                .filter(frame -> selector.selects(millis(interval * frame)))
                .count();
    }

    private static long millis(long millis) {
        return Duration.ofMillis(millis).toNanos();
    }
}
