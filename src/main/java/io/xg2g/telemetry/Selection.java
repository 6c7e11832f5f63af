package io.xg2g.telemetry;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Selection of points of one GPU.
 *
 * @param metrics metrics to return; empty for all
 * @param origin origin to return, or {@code null} for both
 * @param from start of the time range, inclusive, as {@link PointTime#nanos}
 * @param to end of the time range, exclusive
 * @param step 0 for single points, otherwise the nanoseconds that are aggregated
 */
record Selection(String gpu, Set<String> metrics, @Nullable Origin origin, long from, long to, long step) {

    /** Returns the selection of all points of some metrics, or of all metrics if none is given. */
    static Selection of(String gpu, Set<String> metrics) {
        return new Selection(gpu, metrics, null, Long.MIN_VALUE, Long.MAX_VALUE, 0);
    }

    boolean includes(SeriesKey series) {
        return (metrics.isEmpty() || metrics.contains(series.metric()))
                && (origin == null || origin == series.origin());
    }

    /** Returns the start in a series after a position. */
    long fromAfter(@Nullable Position last, SeriesKey series) {
        if (last == null) {
            return from;
        }
        boolean given = series.compareTo(last.series()) <= 0;
        return Math.max(from, given ? last.nanos() + Math.max(step, 1) : last.nanos());
    }

    /** Position in the order of rows. */
    record Position(long nanos, SeriesKey series) {
        static Position of(Row row) {
            return new Position(row.aggregate().nanos(), row.series());
        }
    }
}
