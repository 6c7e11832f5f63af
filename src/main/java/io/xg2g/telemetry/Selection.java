package io.xg2g.telemetry;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What somebody wants to know about one GPU.
 *
 * @param metrics those wanted; empty for all
 * @param origin the one wanted, or {@code null} for both
 * @param from the first nanosecond that is wanted, as {@link PointTime} has it
 * @param to the first one that is not
 * @param step 0 for points as they are, otherwise the nanoseconds that become one reading
 */
record Selection(String gpu, Set<String> metrics, @Nullable Origin origin, long from, long to, long step) {

    /** All points of these metrics; of all metrics where none is named. */
    static Selection of(String gpu, Set<String> metrics) {
        return new Selection(gpu, metrics, null, Long.MIN_VALUE, Long.MAX_VALUE, 0);
    }

    boolean includes(SeriesKey series) {
        return (metrics.isEmpty() || metrics.contains(series.metric()))
                && (origin == null || origin == series.origin());
    }

    /** Where to begin in a series so that everything up to that row is left out. */
    long fromAfter(@Nullable Position last, SeriesKey series) {
        if (last == null) {
            return from;
        }
        boolean given = series.compareTo(last.series()) <= 0;
        return Math.max(from, given ? last.nanos() + Math.max(step, 1) : last.nanos());
    }

    /** A row's place in the order of rows. */
    record Position(long nanos, SeriesKey series) {
        static Position of(Row row) {
            return new Position(row.reading().nanos(), row.series());
        }
    }
}
