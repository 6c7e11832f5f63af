package io.xg2g.camera;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Test of {@link FrameClock}, {@link FrameSelector} and {@link FrameRate}. */
class FrameTimesTest {
    private static final Instant START = Instant.parse("2026-01-31T12:00:00Z");

    /** Of the monotonic clock, which overflows after a minute. */
    private static final long ORIGIN = Long.MAX_VALUE - Duration.ofMinutes(1).toNanos();

    private final FrameClock clock = new FrameClock();

    @Test
    void theLeastDelayOfTheBeginningIsThatOfTheCamera() {
        captured(millis(0), 2000, OptionalLong.empty());
        captured(millis(100), 2010, OptionalLong.empty());
        captured(millis(200), 2020, OptionalLong.empty());

        assertThat(captured(millis(2000), 2100, OptionalLong.empty())).isEqualTo(START.plusMillis(2100));
        assertThat(captured(millis(2100), 2400, OptionalLong.empty())).isEqualTo(START.plusMillis(2200));
    }

    @Test
    void laterTheDriftOfTheCameraIsKept() {
        captured(millis(0), 0, OptionalLong.empty());
        captured(millis(10_000), 10_000, OptionalLong.empty());

        // The clock of the camera is fast by 16 s in an hour; then it jumps back.
        assertThat(captured(millis(3_616_000), 3_600_000, OptionalLong.empty())).isEqualTo(START.plusMillis(3_616_000));
        assertThat(captured(millis(1_000), 3_600_100, OptionalLong.empty())).isEqualTo(START.plusMillis(1_000));
    }

    @ParameterizedTest
    @ValueSource(ints = {-400, 400})
    void aStepOfTheClockOfThisMachineIsNoDriftOfTheCamera(int days) {
        captured(millis(0), 0, OptionalLong.empty());
        captured(millis(1_000), 1_000, OptionalLong.empty());
        Instant set = START.plus(Duration.ofDays(days));

        assertThat(clock.captured(millis(2_000), set.plusMillis(2_100), ORIGIN + millis(2_100), OptionalLong.empty()))
                .isEqualTo(set.plusMillis(2_000));
        assertThat(clock.captured(
                        millis(60_000), set.plusMillis(60_000), ORIGIN + millis(60_000), OptionalLong.empty()))
                .isEqualTo(set.plusMillis(60_000));
    }

    /** The wall clock is 16 s fast, and the presentation times drift; then the wall clock is set back by an hour. */
    @Test
    void theWallClockOfTheCameraIsUsed() {
        long ahead = 16_000_000_000L;
        captured(millis(0), 2000, OptionalLong.of(ahead));
        for (long at = 2100; at < 3_600_000; at += 100) {
            long jitter = at % 300 == 0 ? 0 : 40;
            // Of the presentation times a second has 1001 ms.
            Instant captured = captured(at * 1_001_000, at + jitter, OptionalLong.of(ahead));
            assertThat(captured).isBetween(START.plusMillis(at + 15_980), START.plusMillis(at + 16_021));
        }
        assertThat(captured(3_603_600_000_000L, 3_600_000, OptionalLong.of(-3_600_000_000_000L)))
                .isBetween(START.minusMillis(30), START.plusMillis(30));
    }

    /** Returns when a frame was captured that arrives some milliseconds after the start, by both clocks of this machine. */
    private Instant captured(long nanos, long arrivedMillis, OptionalLong offset) {
        return clock.captured(nanos, START.plusMillis(arrivedMillis), ORIGIN + millis(arrivedMillis), offset);
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
