package io.xg2g.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.runtime.configuration.ConfigurationException;
import io.xg2g.random.RandomInput;
import io.xg2g.random.RandomTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TelemetryRepositoryTest {
    private static final long MEGABYTE = 1 << 20;

    private final TelemetryRepository repository = new TestTelemetryConfig(100, 10, MEGABYTE).repository();

    private static List<TelemetryPoint> points(RandomInput input) {
        return input.list(
                120,
                () -> point(
                        input.of("a", "b"),
                        input.of("x", "y", "z"),
                        input.of(Origin.values()),
                        input.of("h1", "h2"),
                        input.between(-20, 20),
                        input.between(0.0, 9.0)));
    }

    private static TelemetryPoint point(
            String gpu, String metric, Origin origin, String host, long nanos, double value) {
        return new TelemetryPoint(gpu, "", host, metric, PointTime.instant(nanos), value, origin);
    }

    @RandomTest(tries = 500)
    void allPagesAreTheTimeRangeInOrder(RandomInput input) {
        // Given
        List<TelemetryPoint> points = points(input);
        int from = input.between(-25, 25);
        int to = from + input.between(0, 50);
        TelemetryRepository kept = new TestTelemetryConfig(100, 100, MEGABYTE).repository();
        points.forEach(kept::store);
        Selection selection = new Selection("a", Set.of("x", "y"), null, from, to, 0);

        // When
        List<Row> paged = paged(kept, selection, input.between(1, 7));

        // Then
        List<Row> expected = new ArrayList<>();
        for (TelemetryPoint point : points) {
            long nanos = PointTime.nanos(point.time());
            if (selection.gpu().equals(point.gpu()) && !point.metric().equals("z") && nanos >= from && nanos < to) {
                expected.removeIf(row ->
                        row.series().equals(point.series()) && row.aggregate().nanos() == nanos);
                expected.add(new Row(point.series(), Aggregate.of(nanos, point.value())));
            }
        }
        expected.sort(Comparator.naturalOrder());
        assertThat(paged).isEqualTo(expected);
    }

    @RandomTest(tries = 500)
    void allPagesOfStepsAreAllSteps(RandomInput input) {
        TelemetryRepository kept = new TestTelemetryConfig(100, 100, MEGABYTE).repository();
        points(input).forEach(kept::store);
        Selection selection = new Selection("a", Set.of(), Origin.LIVE, -11, 13, input.between(1, 9));
        assertThat(paged(kept, selection, input.between(1, 7)))
                .isEqualTo(kept.read(selection, null, Integer.MAX_VALUE));
    }

    @Test
    void aDuplicatePointChangesNothing() {
        TelemetryPoint point = point("a", "x", Origin.LIVE, "h", 1, 2);
        assertThat(repository.store(point)).isTrue();
        assertThat(repository.store(point)).isFalse();
        assertThat(repository.series("a")).containsExactly(new StoredSeries(point.series(), "", Aggregate.of(1, 2), 1));
    }

    @Test
    void afterTheClockWasSetBackTheLatestLivePointIsTheNewOne() {
        long hour = Duration.ofHours(1).toNanos();
        ChangeTracker live = new ChangeTracker(Selection.of("a", Set.of()));
        for (Origin origin : Origin.values()) {
            repository.store(point("a", "x", origin, "h", 2 * hour, 1));
        }
        assertThat(live.changes(repository.series("a"))).hasSize(2);

        for (Origin origin : Origin.values()) {
            repository.store(point("a", "x", origin, "h", hour, 2));
        }
        assertThat(live.changes(repository.series("a")))
                .containsExactly(new Row(new SeriesKey("a", "x", Origin.LIVE, "h"), Aggregate.of(hour, 2)));

        // A point that another collector has stored meanwhile is no step of the clock.
        repository.store(point("a", "x", Origin.LIVE, "h", hour - 5_000_000_000L, 3));
        assertThat(live.changes(repository.series("a"))).isEmpty();
        repository.store(point("a", "x", Origin.LIVE, "h", hour + 5_000_000_000L, 4));
        assertThat(live.changes(repository.series("a")))
                .extracting(row -> row.aggregate().mean())
                .containsExactly(4.0);
        assertThat(repository.series("a")).extracting(StoredSeries::points).containsExactly(4, 2);
    }

    @Test
    void replayedAndLiveSeriesAreSeparate() {
        repository.store(point("a", "x", Origin.LIVE, "h", 1, 2));
        repository.store(point("a", "x", Origin.REPLAY, "h", 1, 99));
        assertThat(repository.series("a"))
                .extracting(series -> series.latest().mean())
                .containsExactly(2.0, 99.0);
    }

    @Test
    void theLeastRecentlyWrittenReplayedSeriesIsEvicted() {
        // Given
        repository.store(point("live", "x", Origin.LIVE, "h", 1, 1));
        for (int i = 0; i < 9; i++) {
            repository.store(point("replayed-" + i, "x", Origin.REPLAY, "h", 1, 1));
        }
        repository.store(point("replayed-0", "x", Origin.REPLAY, "h", 2, 1));

        // When
        repository.store(point("another", "x", Origin.REPLAY, "h", 1, 1));

        // Then
        assertThat(repository.seriesCount()).isEqualTo(10);
        assertThat(repository.series("replayed-1")).isEmpty();
        assertThat(repository.series("replayed-0")).hasSize(1);
        assertThat(repository.series("live")).hasSize(1);
    }

    @Test
    void aReplayEvictsNoLiveSeries() {
        for (int i = 0; i < 10; i++) {
            repository.store(point("live-" + i, "x", Origin.LIVE, "h", 1, 1));
        }
        assertThat(repository.store(point("replayed", "x", Origin.REPLAY, "h", 1, 1)))
                .isFalse();
        assertThat(repository.series("replayed")).isEmpty();
        assertThat(repository.seriesCount()).isEqualTo(10);

        // A new device takes precedence over an inactive one
        assertThat(repository.store(point("new", "x", Origin.LIVE, "h", 2, 1))).isTrue();
        assertThat(repository.series("live-0")).isEmpty();
    }

    @Test
    void theMemoryOfAllSeriesIsBounded() {
        TelemetryRepository small = new TestTelemetryConfig(1000, 1_000_000, MEGABYTE).repository();
        for (int i = 0; i < 200_000; i++) {
            small.store(point("gpu-" + i % 2000, "x", Origin.REPLAY, "h", i, 1));
            assertThat(small.bytes()).isBetween(1L, MEGABYTE);
        }
        long counted = small.series().size() * (long) TelemetryRepository.SERIES_BYTES
                + small.series().stream().mapToLong(StoredSeries::points).sum() * PointRing.POINT_BYTES;
        assertThat(small.bytes()).isGreaterThanOrEqualTo(counted);
    }

    @Test
    void memoryForLessThanOneSeriesIsRefused() {
        assertThatThrownBy(() -> new TestTelemetryConfig(1_000_000, 10, MEGABYTE).repository())
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("xg2g.telemetry.memory");
    }

    @Test
    void gpusWithACommonPrefixAreDistinguished() {
        repository.store(point("gpu", "x", Origin.LIVE, "h", 1, 1));
        repository.store(point("gpu-1", "x", Origin.LIVE, "h", 1, 1));
        assertThat(repository.series("gpu")).hasSize(1);
        assertThat(repository.read(Selection.of("gpu", Set.of()), null, 10)).hasSize(1);
    }

    private static List<Row> paged(TelemetryRepository repository, Selection selection, int limit) {
        List<Row> rows = new ArrayList<>(repository.read(selection, null, limit));
        List<Row> page = rows;
        while (page.size() == limit) {
            // Through the cursor that clients send.
            String cursor = Cursor.write(page.getLast());
            page = repository.read(selection, Cursor.read(cursor, selection.gpu()), limit);
            rows.addAll(page);
        }
        return rows;
    }
}
