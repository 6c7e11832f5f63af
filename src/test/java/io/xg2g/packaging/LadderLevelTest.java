package io.xg2g.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.random.RandomInput;
import io.xg2g.random.RandomTest;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LadderLevelTest {
    private static final int CHEAPEST = 4;
    private long now = Long.MAX_VALUE - TimeUnit.SECONDS.toNanos(100);
    private LadderLevel level = LadderLevel.begin(1, now);

    /** State (step, of which reduced to) and event (plan, late), after so many seconds in the state with headroom. */
    @ParameterizedTest
    @CsvSource({
        // At the plan.
        "1, 0, 1, false, 100, 1",
        "1, 0, 1, true,    4, 1",
        "1, 0, 1, true,    5, 2",
        "1, 0, 3, false,   0, 3",
        "1, 0, 3, true,  100, 3",
        "1, 0, 0, false,  59, 1",
        "1, 0, 0, false,  60, 0",
        "1, 0, 0, true,   60, 2",
        "4, 0, 4, true,  100, 4",
        // Below the plan, which has become better.
        "3, 0, 0, false,  59, 3",
        "3, 0, 0, false,  60, 0",
        "3, 2, 0, false,  60, 2",
        "3, 0, 4, false,  60, 4",
        // Reduced by late windows.
        "2, 2, 0, false,  59, 2",
        "2, 2, 0, false,  60, 1",
        "2, 2, 0, true,    4, 2",
        "2, 2, 0, true,   60, 3",
        "2, 2, 1, false,  60, 1",
        "2, 2, 3, false,   0, 3",
        "4, 4, 0, true,   60, 4"
    })
    void eventInState(int step, int reduced, int plan, boolean late, int seconds, int expected) {
        level = new LadderLevel(step, reduced, now, now, now, LadderLevel.MIN_REQUIRED, false);
        now += TimeUnit.SECONDS.toNanos(seconds);

        assertThat(level.next(plan, CHEAPEST, late, now).step()).isEqualTo(expected);
    }

    @Test
    void aSlowWindowEndsTheHeadroom() {
        level = new LadderLevel(2, 2, now, now, now, LadderLevel.MIN_REQUIRED, false);
        after(40);
        level = level.published(1.8, now);

        after(59);
        assertThat(next(0, false)).isEqualTo(2);
        level = level.published(1.7, now);
        after(1);
        assertThat(next(0, false)).isEqualTo(1);
    }

    @Test
    void aWorsePlanEndsTheHeadroom() {
        level = new LadderLevel(2, 0, now, now, now, LadderLevel.MIN_REQUIRED, false);
        after(40);
        next(2, false);
        after(59);

        assertThat(next(0, false)).isEqualTo(2);
        after(1);
        assertThat(next(0, false)).isZero();
    }

    @Test
    void lateWindowsAfterAStepUpDoubleTheNextHeadroom() {
        after(5);
        assertThat(next(1, true)).isEqualTo(2);
        after(5);
        assertThat(next(1, true)).isEqualTo(3);
        for (int minutes : new int[] {1, 2, 4, 8, 16, 16}) {
            after(60 * minutes - 1);
            assertThat(next(1, false)).isEqualTo(3);
            after(1);
            assertThat(next(1, false)).isEqualTo(2);
            after(5);
            assertThat(next(1, true)).isEqualTo(3);
        }
        after(16 * 60);
        assertThat(next(1, false)).isEqualTo(2);
        after(8 * 16 * 60);
        assertThat(next(2, true)).isEqualTo(3);
        assertThat(level.required()).isEqualTo(LadderLevel.MIN_REQUIRED);
    }

    @RandomTest
    void itClimbsAtMostOnceAMinuteAndNeverAboveThePlan(RandomInput input) {
        int climbs = 0;
        long begun = now;
        for (int i = 0; i < 500; i++) {
            after(input.between(1, 3));
            int plan = input.chance(0.02) ? input.between(0, CHEAPEST) : input.between(0, 1);
            int before = level.step();
            int step = next(plan, input.chance(0.02));
            climbs += step < before ? 1 : 0;
            assertThat(step).isBetween(plan, CHEAPEST);
            level = level.published(input.chance(0.02) ? 3 : 1, now);
        }
        assertThat(climbs).isLessThanOrEqualTo((int) TimeUnit.NANOSECONDS.toMinutes(now - begun));
    }

    private void after(long seconds) {
        now += TimeUnit.SECONDS.toNanos(seconds);
    }

    private int next(int plan, boolean late) {
        level = level.next(plan, CHEAPEST, late, now);
        return level.step();
    }
}
