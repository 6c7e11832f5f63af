package io.xg2g.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.xg2g.problem.ProblemException;
import io.xg2g.random.RandomInput;
import io.xg2g.random.RandomTest;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TelemetryQueryTest {
    private final TelemetryQuery query = new TelemetryQuery();

    @Test
    void theDefaultIsAllStoredPoints() {
        Selection all = query.selection("gpu");
        assertThat(all.from()).isEqualTo(Long.MIN_VALUE);
        assertThat(all.to()).isEqualTo(Long.MAX_VALUE);
        assertThat(all.step()).isZero();
        assertThat(query.limit()).isEqualTo(1000);
        assertThat(query.position("gpu")).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2026-01-31T12:00:00Z",
                "2026-01-31T13:00:00+01:00",
                "2026-01-31T13:00:00 01:00",
                "2026-01-31t12:00:00.000000000z"
            })
    void timesAreRfc3339(String text) {
        query.startTime = text;
        assertThat(query.selection("gpu").from()).isEqualTo(PointTime.nanos(Instant.parse("2026-01-31T12:00:00Z")));
    }

    @ParameterizedTest
    @CsvSource({"1ms,1000000", "30,30000000000", "30s,30000000000", "5m,300000000000", "1h,3600000000000"})
    void aStepIsANumberWithAUnit(String text, long nanos) {
        query.step = text;
        assertThat(query.selection("gpu").step()).isEqualTo(nanos);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "-5", "1.5s", "5 m", "5M", "367d", "999999999999999999h"})
    void anInvalidStepIsReported(String text) {
        query.step = text;
        assertThatThrownBy(() -> query.selection("gpu"))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("step");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "now", "2026-01-31", "1769860800", "2026-01-31T12:00:00"})
    void anInvalidTimeIsReported(String text) {
        query.endTime = text;
        assertThatThrownBy(() -> query.selection("gpu"))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("end_time is not an RFC 3339 time");
    }

    @Test
    void anEndBeforeTheStartIsRefused() {
        query.startTime = "2026-01-31T12:00:01Z";
        query.endTime = "2026-01-31T12:00:00Z";
        assertThatThrownBy(() -> query.selection("gpu")).hasMessageContaining("end_time is before start_time");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "10001", "x", "-1", "99999999999"})
    void aLimitOutOfBoundsIsRefused(String text) {
        query.limit = text;
        assertThatThrownBy(query::limit).hasMessageContaining("1 to 10000");
    }

    @Test
    void anUnknownOriginIsRefusedWithTheKnownOnes() {
        query.origin = "elsewhere";
        assertThatThrownBy(() -> query.selection("gpu")).hasMessageContaining("allowed: live, replay");
    }

    @RandomTest
    void aCursorRefersToItsRow(RandomInput input) {
        SeriesKey series = new SeriesKey("gpu", "metric", input.of(Origin.values()), input.of("", "höst, 1"));
        Row row = new Row(series, Aggregate.of(input.anyLong(), 1));
        assertThat(Cursor.read(Cursor.write(row), "gpu")).isEqualTo(Selection.Position.of(row));
    }

    @RandomTest
    void anUnknownCursorIsRefused(RandomInput input) {
        query.cursor = input.text(255);
        assertThatThrownBy(() -> query.position("gpu")).isInstanceOf(ProblemException.class);
    }

    @ParameterizedTest
    @CsvSource({"1,1,0", "max,0,0", "0,0,0", "0.5,0.5,0", ",1,0"})
    void aPaceIsASpeed(String speed, double factor, double rate) {
        assertThat(Pace.of(speed, null)).isEqualTo(new Pace(factor, rate));
    }

    @ParameterizedTest
    @CsvSource({"-1,", "fast,", "NaN,", "1e7,", ",0", ",-1", ",x", "1,1"})
    void anInvalidPaceIsRefused(String speed, String rate) {
        assertThatThrownBy(() -> Pace.of(speed, rate)).isInstanceOf(ProblemException.class);
    }
}
