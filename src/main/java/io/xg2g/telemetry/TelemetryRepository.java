package io.xg2g.telemetry;

import io.quarkus.runtime.Startup;
import io.xg2g.config.ConfigBounds;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.NavigableMap;
import java.util.PriorityQueue;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The latest points of every GPU and metric, in memory, within bounds: so many for each series, so many series, and so
 * much memory for all of them. Where a bound is reached, the replayed series that was written least recently goes first.
 * Thread-safe; one lock, which is held for microseconds by a point and for milliseconds by a large page.
 */
@ApplicationScoped
@Startup
class TelemetryRepository {
    /** What a series takes apart from its points: its texts, its arrays' headers, and its places in the maps. */
    static final int SERIES_BYTES = 1024;

    private final int points;
    private final int maxSeries;
    private final long maxBytes;

    /** Least recently written first. */
    private final LinkedHashMap<SeriesKey, Series> recent = new LinkedHashMap<>(16, 0.75f, true);

    /** The same, so that a GPU's series lie together. */
    private final NavigableMap<SeriesKey, Series> ordered = new TreeMap<>();

    private long bytes;

    TelemetryRepository(TelemetryConfig config) {
        this.points = (int) ConfigBounds.number("xg2g.telemetry.points", config.points(), 1, 10_000_000);
        this.maxSeries = (int) ConfigBounds.number("xg2g.telemetry.max-series", config.maxSeries(), 1, 1_000_000);
        long full = SERIES_BYTES + (long) points * PointRing.POINT_BYTES;
        this.maxBytes = ConfigBounds.number(
                "xg2g.telemetry.memory", config.memory().asLongValue(), Math.max(1 << 20, full), 1L << 40);
    }

    private static final class Series {
        private final SeriesKey key;
        private final PointRing ring;
        private String name;

        private Series(SeriesKey key, String name, int points) {
            this.key = key;
            this.name = name;
            this.ring = new PointRing(points);
        }

        private long bytes() {
            return SERIES_BYTES + ring.bytes();
        }

        private StoredSeries stored() {
            return new StoredSeries(key, name, ring.latest(), ring.size());
        }
    }

    /**
     * Keeps a point. The same point again changes nothing; another value for the same time replaces the first.
     *
     * @return whether there was none of that time, and it is kept
     */
    synchronized boolean store(TelemetryPoint point) {
        SeriesKey key = point.series();
        Series series = recent.get(key);
        if (series == null) {
            series = new Series(key, point.name(), points);
            recent.put(key, series);
            ordered.put(key, series);
            bytes += series.bytes();
        }
        long before = series.bytes();
        boolean isNew = series.ring.put(PointTime.nanos(point.time()), point.value());
        bytes += series.bytes() - before;
        series.name = point.name();
        shrink();
        return isNew && recent.containsKey(key);
    }

    /** Every series of a GPU; none where nothing is known of it. */
    synchronized List<StoredSeries> series(String gpu) {
        return of(gpu).stream().map(Series::stored).toList();
    }

    /** Every series, those of a GPU one after the other. */
    synchronized List<StoredSeries> series() {
        return ordered.values().stream().map(Series::stored).toList();
    }

    synchronized int seriesCount() {
        return recent.size();
    }

    /** What all series take, as far as it is bounded by {@code xg2g.telemetry.memory}. */
    synchronized long bytes() {
        return bytes;
    }

    /**
     * The next rows of a selection, in order.
     *
     * @param last the last row that is known already, or {@code null} for the beginning
     * @param most how many rows are given at most
     */
    synchronized List<Row> read(Selection selection, Selection.@Nullable Position last, int most) {
        PriorityQueue<Head> heads = new PriorityQueue<>();
        for (Series series : of(selection.gpu())) {
            if (selection.includes(series.key)) {
                long from = selection.fromAfter(last, series.key);
                Head.next(series.key, series.ring.readings(from, selection.to(), selection.step()), heads);
            }
        }
        List<Row> rows = new ArrayList<>();
        for (Head head = heads.poll(); head != null && rows.size() < most; head = heads.poll()) {
            rows.add(head.row);
            Head.next(head.row.series(), head.rest, heads);
        }
        return rows;
    }

    /** The next row of a series, and those after it. */
    private record Head(Row row, Iterator<Aggregate> rest) implements Comparable<Head> {
        static void next(SeriesKey series, Iterator<Aggregate> readings, PriorityQueue<Head> heads) {
            if (readings.hasNext()) {
                heads.add(new Head(new Row(series, readings.next()), readings));
            }
        }

        @Override
        public int compareTo(Head other) {
            return row.compareTo(other.row);
        }
    }

    private List<Series> of(String gpu) {
        List<Series> found = new ArrayList<>();
        // A loop and no stream, which would ask for the size, which would count all that follow. Metrics are no empty
        // texts, so that the first key lies before all of the GPU's.
        for (Series series :
                ordered.tailMap(new SeriesKey(gpu, "", Origin.LIVE, "")).values()) {
            if (!series.key.gpu().equals(gpu)) {
                break;
            }
            found.add(series);
        }
        return found;
    }

    private void shrink() {
        while (recent.size() > maxSeries || bytes > maxBytes) {
            Series gone = recent.values().stream()
                    .filter(series -> series.key.origin() == Origin.REPLAY)
                    .findFirst()
                    .orElseGet(() -> recent.values().iterator().next());
            recent.remove(gone.key);
            ordered.remove(gone.key);
            bytes -= gone.bytes();
        }
    }
}
