package io.xg2g.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ScheduleTest {
    private static final long SECOND = 1_000_000_000;

    private final AtomicLong elapsed = new AtomicLong();

    @Test
    void rowsHaveTheirRecordedIntervals() {
        Schedule schedule = schedule(Pace.times(1), 100 * SECOND);
        assertThat(schedule.due(100 * SECOND)).isZero();
        assertThat(schedule.due(105 * SECOND)).isEqualTo(5 * SECOND);
        assertThat(schedule.due(165 * SECOND)).isEqualTo(65 * SECOND);
    }

    @Test
    void aHigherSpeedShortensTheIntervals() {
        Schedule schedule = schedule(Pace.times(10), 0);
        assertThat(schedule.due(5 * SECOND)).isEqualTo(SECOND / 2);
    }

    @Test
    void aRowFromBeforeTheFirstOneIsDueAtOnce() {
        Schedule schedule = schedule(Pace.times(1), 100 * SECOND);
        assertThat(schedule.due(90 * SECOND)).isZero();
    }

    @Test
    void aFixedRateIgnoresRecordedTimes() {
        Schedule schedule = schedule(Pace.rate(4), 100 * SECOND);
        assertThat(schedule.due(0)).isZero();
        assertThat(schedule.due(99 * SECOND)).isEqualTo(SECOND / 4);
        schedule.begin(0);
        assertThat(schedule.due(0)).isEqualTo(SECOND / 2);
    }

    @Test
    void theNextPassStartsAfterTheLastInterval() {
        // Given
        Schedule schedule = schedule(Pace.times(2), 0);
        schedule.due(0);
        schedule.due(10 * SECOND);

        // When
        elapsed.set(5 * SECOND);
        schedule.begin(0);

        // Then
        assertThat(schedule.due(0)).isEqualTo(10 * SECOND);
        assertThat(schedule.due(10 * SECOND)).isEqualTo(15 * SECOND);
    }

    @Test
    void aRecordingWithOneTimeIsRepeatedOnceASecond() {
        Schedule schedule = schedule(Pace.times(1), 7);
        schedule.due(7);
        schedule.begin(7);
        assertThat(schedule.due(7)).isEqualTo(SECOND);
    }

    @Test
    void delaysAreNotCaughtUp() {
        Schedule schedule = schedule(Pace.times(1), 0);
        schedule.due(0);
        elapsed.set(60 * SECOND);
        schedule.begin(0);
        assertThat(schedule.due(3 * SECOND)).isEqualTo(63 * SECOND);
    }

    @Test
    void maximumSpeedHasNoPauses() {
        Schedule schedule = schedule(Pace.times(0), 0);
        assertThat(schedule.due(1000 * SECOND)).isZero();
        elapsed.set(5);
        schedule.begin(0);
        assertThat(schedule.due(1000 * SECOND)).isEqualTo(5);
    }

    @Test
    void intervalsOfCenturiesDoNotOverflow() {
        Schedule schedule = schedule(Pace.times(0.001), PointTime.nanos(PointTime.EARLIEST));
        assertThat(schedule.due(PointTime.nanos(PointTime.LATEST.minusSeconds(1))))
                .isPositive();
    }

    private Schedule schedule(Pace pace, long first) {
        Schedule schedule = new Schedule(pace, elapsed::get);
        schedule.begin(first);
        return schedule;
    }
}
