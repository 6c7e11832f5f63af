package io.xg2g.telemetry;

import io.quarkus.runtime.Startup;
import io.xg2g.config.ConfigBounds;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.NavigableMap;
import java.util.PriorityQueue;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * In-memory store of the latest points of each series. The points per series, the number of series and the memory of all
 * series are bounded; beyond a bound, replayed series are evicted first, in LRU order of their writes.
 *
 * <p>Thread-safe. One lock guards all series: a write holds it for microseconds, a large page for milliseconds.
 */
@ApplicationScoped
@Startup
class TelemetryRepository {
    /** Memory of a series without its points: strings, array headers and map entries. */
    static final int SERIES_BYTES = 1024;

    /** A live point that is older than the one before by more than this was measured after the wall clock had been set back. */
    private static final long SET_BACK = Duration.ofMinutes(1).toNanos();

    private final int points;
    private final int maxSeries;
    private final long maxBytes;

    /** In LRU order of writes. */
    private final LinkedHashMap<SeriesKey, Series> recent = new LinkedHashMap<>(16, 0.75f, true);

    /** The same series in their natural order, by GPU first. */
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
        private Aggregate latest;

        private Series(SeriesKey key, String name, int points) {
            this.key = key;
            this.name = name;
            this.ring = new PointRing(points);
            this.latest = Aggregate.of(Long.MIN_VALUE, 0);
        }

        /** Stores a point; returns whether there was no point of its time, and this one is stored. */
        private boolean put(long nanos, double value) {
            boolean isNew = ring.put(nanos, value);
            boolean wasSetBack = key.origin() == Origin.LIVE && nanos < latest.nanos() - SET_BACK;
            if (nanos >= latest.nanos() || wasSetBack) {
                latest = Aggregate.of(nanos, value);
            }
            return isNew;
        }

        private long bytes() {
            return SERIES_BYTES + ring.bytes();
        }

        private StoredSeries stored() {
            return new StoredSeries(key, name, latest, ring.size());
        }
    }

    /**
     * Stores a point. Idempotent; another value of the same time replaces the first.
     *
     * @return whether there was no point of that time, and this one is stored
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
        boolean isNew = series.put(PointTime.nanos(point.time()), point.value());
        bytes += series.bytes() - before;
        series.name = point.name();
        evict();
        return isNew && recent.containsKey(key);
    }

    /** Returns the series of a GPU, empty if there are none. */
    synchronized List<StoredSeries> series(String gpu) {
        return of(gpu).stream().map(Series::stored).toList();
    }

    /** Returns all series, ordered by GPU. */
    synchronized List<StoredSeries> series() {
        return ordered.values().stream().map(Series::stored).toList();
    }

    synchronized int seriesCount() {
        return recent.size();
    }

    /** Returns the memory of all series, as bounded by {@code xg2g.telemetry.memory}. */
    synchronized long bytes() {
        return bytes;
    }

    /**
     * Returns the next rows of a selection, in order.
     *
     * @param last row after which to begin, or {@code null} for the beginning
     * @param max maximum number of rows
     */
    synchronized List<Row> read(Selection selection, Selection.@Nullable Position last, int max) {
        PriorityQueue<Head> heads = new PriorityQueue<>();
        for (Series series : of(selection.gpu())) {
            if (selection.includes(series.key)) {
                long from = selection.fromAfter(last, series.key);
                Head.next(series.key, series.ring.aggregates(from, selection.to(), selection.step()), heads);
            }
        }
        List<Row> rows = new ArrayList<>();
        for (Head head = heads.poll(); head != null && rows.size() < max; head = heads.poll()) {
            rows.add(head.row);
            Head.next(head.row.series(), head.rest, heads);
        }
        return rows;
    }

    /** Next row of a series, and the rows after it: an element of a k-way merge. */
    private record Head(Row row, Iterator<Aggregate> rest) implements Comparable<Head> {
        static void next(SeriesKey series, Iterator<Aggregate> aggregates, PriorityQueue<Head> heads) {
            if (aggregates.hasNext()) {
                heads.add(new Head(new Row(series, aggregates.next()), aggregates));
            }
        }

        @Override
        public int compareTo(Head other) {
            return row.compareTo(other.row);
        }
    }

    private List<Series> of(String gpu) {
        List<Series> found = new ArrayList<>();
        // A loop, since a stream would ask for the size, which takes linear time for a tail map. Metrics are not empty,
        // so
        // that this key precedes all of the GPU.
        for (Series series :
                ordered.tailMap(new SeriesKey(gpu, "", Origin.LIVE, "")).values()) {
            if (!series.key.gpu().equals(gpu)) {
                break;
            }
            found.add(series);
        }
        return found;
    }

    private void evict() {
        while (recent.size() > maxSeries || bytes > maxBytes) {
            Series evicted = recent.values().stream()
                    .filter(series -> series.key.origin() == Origin.REPLAY)
                    .findFirst()
                    .orElseGet(() -> recent.values().iterator().next());
            recent.remove(evicted.key);
            ordered.remove(evicted.key);
            bytes -= evicted.bytes();
        }
    }
}
